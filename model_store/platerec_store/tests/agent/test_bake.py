"""What requests come to before a commit and since, as the report tells it."""

from platerec_store.release.traffic import Traffic
from platerec_store.tests.agent.pod import Pod


def test_a_commit_separates_before_from_since(pod: Pod) -> None:
    pod.obey(pod.decide("r1", revision=1))
    pod.triton.requests["r1"] = Traffic(answered=100, failed=1, seconds=10.0)
    pod.turn(later=2)
    pod.obey(pod.decide("r2", revision=2))
    pod.triton.requests["r2"] = Traffic(answered=50, seconds=10.0)
    bake = pod.turn(later=2).bake
    assert bake is not None
    assert (bake.before.answered, bake.before.seconds) == (100, 10.0)
    assert (bake.since.answered, bake.since.failed, bake.since.seconds) == (50, 0, 10.0)


def test_a_release_that_comes_back_is_counted_from_its_return(pod: Pod) -> None:
    pod.obey(pod.decide("r1", revision=1))
    pod.triton.requests["r1"] = Traffic(answered=100, failed=9, seconds=10.0)
    pod.obey(pod.decide("r2", revision=2))
    pod.obey(pod.decide("r1", revision=3))
    pod.triton.requests["r1"] = Traffic(answered=120, failed=9, seconds=12.0)
    bake = pod.turn(later=2).bake
    assert bake is not None
    assert (bake.since.answered, bake.since.failed) == (20, 0)


def test_only_the_last_minutes_count_as_before(pod: Pod) -> None:
    pod.obey(pod.decide("r1", revision=1))
    for minute in range(1, 10):
        pod.triton.requests["r1"] = Traffic(answered=minute * 60, seconds=minute * 6.0)
        pod.turn(later=60)
    pod.obey(pod.decide("r2", revision=2))
    bake = pod.turn().bake
    assert bake is not None
    assert bake.before.answered == 120


def test_a_triton_that_restarts_counts_from_the_beginning(pod: Pod) -> None:
    """Also when it has counted more than before: its old count must not be taken off."""
    pod.obey(pod.decide("r1", revision=1))
    pod.triton.requests["r2"] = Traffic(answered=100, failed=50, seconds=10.0)
    pod.obey(pod.decide("r2", revision=2))
    pod.triton.restart()
    pod.turn(later=2)
    pod.triton.requests["r2"] = Traffic(answered=120, failed=0, seconds=12.0)
    bake = pod.turn(later=2).bake
    assert bake is not None
    assert (bake.since.answered, bake.since.failed) == (120, 0)


def test_an_agent_that_restarts_remembers(pod: Pod) -> None:
    pod.obey(pod.decide("r1", revision=1))
    pod.triton.requests["r1"] = Traffic(answered=100, seconds=10.0)
    pod.turn(later=2)
    decision = pod.decide("r2", revision=2)
    before = pod.obey(decision).bake
    pod.restart_agent()
    assert pod.obey(decision).bake == before


def test_a_pod_that_serves_nothing_has_nothing_to_tell(pod: Pod) -> None:
    assert pod.turn().bake is None
