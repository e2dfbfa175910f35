"""What requests come to before a commit and since, as the report tells it."""

import pytest

from platerec_store.release.report import Report
from platerec_store.release.traffic import Traffic
from platerec_store.tests.agent.golden import SERVES, candidate
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


def test_what_a_check_asks_is_no_traffic(golden_pod: Pod) -> None:
    pod = golden_pod
    pod.obey(pod.decide("r1", revision=1))
    pod.turn(later=2)

    def asked(name: str) -> None:
        if name == SERVES:
            counted = pod.triton.requests.get("r1", Traffic())
            more = {"answered": counted.answered + 1, "seconds": counted.seconds + 0.01}
            pod.triton.requests["r1"] = counted.model_copy(update=more)

    pod.triton.asked = asked
    pod.obey(candidate(pod))
    pod.turn(later=2)
    assert pod.triton.requests["r1"].answered > 0
    pod.obey(pod.decide("r2", revision=3, previous="r1", baked=False))
    bake = pod.turn().bake
    assert bake is not None
    assert bake.before.answered == 0


def test_one_release_is_never_told_with_the_traffic_of_another(
    golden_pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    pod = golden_pod
    pod.obey(pod.decide("r1", revision=1))
    pod.triton.requests["r1"] = Traffic(answered=10, failed=90, seconds=1.0)
    pod.turn(later=2)
    seen: list[Report] = []
    change = pod.board._change

    def watched(**fields: object) -> None:
        change(**fields)
        seen.append(pod.board.report)

    monkeypatch.setattr(pod.board, "_change", watched)
    pod.obey(pod.decide("r2", revision=2, previous="r1", baked=False))
    told = [report.bake.since.failed for report in seen if report.active == "r2" and report.bake]
    assert set(told) == {0}
