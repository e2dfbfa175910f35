"""What requests come to before a commit and since, as the report tells it."""

from platerec_store.release.traffic import Traffic
from platerec_store.tests.agent.pod import Pod


def test_a_commit_separates_before_from_since(pod: Pod) -> None:
    pod.obey(pod.decide("r1", revision=1))
    pod.triton.requests = Traffic(answered=100, failed=1, seconds=10.0)
    pod.turn(later=2)
    pod.obey(pod.decide("r2", revision=2))
    pod.triton.requests = Traffic(answered=150, failed=1, seconds=20.0)
    bake = pod.turn(later=2).bake
    assert bake is not None
    assert (bake.before.answered, bake.before.seconds) == (100, 10.0)
    assert (bake.since.answered, bake.since.failed, bake.since.seconds) == (50, 0, 10.0)


def test_only_the_last_minutes_count_as_before(pod: Pod) -> None:
    pod.obey(pod.decide("r1", revision=1))
    for minute in range(1, 10):
        pod.triton.requests = Traffic(answered=minute * 60, seconds=minute * 6.0)
        pod.turn(later=60)
    pod.obey(pod.decide("r2", revision=2))
    bake = pod.turn().bake
    assert bake is not None
    assert bake.before.answered == 120


def test_an_agent_that_restarts_remembers(pod: Pod) -> None:
    pod.obey(pod.decide("r1", revision=1))
    pod.triton.requests = Traffic(answered=100, seconds=10.0)
    pod.turn(later=2)
    decision = pod.decide("r2", revision=2)
    before = pod.obey(decision).bake
    pod.restart_agent()
    assert pod.obey(decision).bake == before


def test_a_pod_that_serves_nothing_has_nothing_to_tell(pod: Pod) -> None:
    assert pod.turn().bake is None
