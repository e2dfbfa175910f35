import pytest

from platerec_operator.tests.plan.fleet import A, Fleet


@pytest.fixture
def fleet() -> Fleet:
    """Two pods that serve a."""
    fleet = Fleet()
    fleet.look(A)
    fleet.serve()
    fleet.look(A)
    fleet.serve()
    return fleet
