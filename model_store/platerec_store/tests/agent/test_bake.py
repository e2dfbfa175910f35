"""What requests come to before a commit and since, as the report tells it."""

from pathlib import Path

import pytest

from platerec_store.objects.port import StoreError
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Bake, Report
from platerec_store.release.traffic import Traffic
from platerec_store.tests.agent.golden import SERVES, candidate, publish
from platerec_store.tests.agent.pod import Pod, reader_key


def bake_of(report: Report) -> Bake:
    assert report.bake is not None
    return report.bake


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


def test_what_came_before_is_from_before_the_fetch(golden_pod: Pod) -> None:
    """Fetching and loading the candidate slows down what serves."""
    pod = golden_pod
    pod.obey(pod.decide("r1", revision=1))
    pod.triton.requests["r1"] = Traffic(answered=100, failed=1, seconds=10.0)
    pod.turn(later=2)
    decision = candidate(pod)

    def gone(key: str, at: int) -> None:
        if key == reader_key(pod):
            raise StoreError(Reason.STORE_UNREACHABLE, "the store is gone")

    pod.store.on_piece = gone
    assert pod.obey(decision).step == "Fetch"
    pod.triton.requests["r1"] = Traffic(answered=110, failed=9, seconds=99.0)
    pod.turn(later=2)
    pod.restart_agent()
    pod.store.on_piece = lambda *_: None
    assert pod.obey(decision).step == "Prepared"
    before = bake_of(pod.obey(pod.decide("r2", revision=3, previous="r1", baked=False))).before
    assert before == Traffic(answered=100, failed=1, seconds=10.0)


def test_the_pods_own_clock_says_how_long_a_release_serves(golden_pod: Pod) -> None:
    pod = golden_pod
    pod.obey(pod.decide("r1", revision=1))
    decision = pod.decide("r2", revision=2, previous="r1", baked=False)
    pod.obey(decision)
    assert bake_of(pod.turn(later=30)).seconds == 30
    pod.restart_agent()
    pod.inbox.take(decision)
    assert bake_of(pod.turn(later=30)).seconds == 60


def test_a_triton_that_restarts_is_counted_and_what_came_until_then_is_kept(golden_pod: Pod) -> None:
    pod = golden_pod
    pod.obey(pod.decide("r1", revision=1))
    pod.obey(pod.decide("r2", revision=2, previous="r1", baked=False))
    pod.triton.requests["r2"] = Traffic(answered=40, failed=10, seconds=4.0)
    bake = bake_of(pod.turn(later=60))
    assert (bake.restarts, bake.seconds) == (0, 60)
    for _ in range(2):
        pod.triton.restart()
        pod.triton.requests["r2"] = Traffic()
        pod.turn(later=2)
        pod.triton.requests["r2"] = Traffic(answered=5, seconds=0.5)
        pod.turn(later=2)
    bake = bake_of(pod.turn(later=2))
    assert (bake.restarts, bake.seconds) == (2, 4)
    assert bake.since == Traffic(answered=50, failed=10, seconds=5.0)


def test_a_release_that_is_not_back_yet_does_not_serve(pod: Pod) -> None:
    pod.obey(pod.decide("r1", revision=1))
    pod.triton.restart()
    pod.triton.refused.add("plate_reader_v1")
    for _ in range(3):
        pod.turn(later=2)
    bake = bake_of(pod.board.report)
    assert (bake.restarts, bake.seconds) == (1, 0)
    pod.triton.refused.clear()
    pod.turn(later=2)
    bake = bake_of(pod.turn(later=2))
    assert (bake.restarts, bake.seconds) == (1, 2)


def test_a_pod_that_joins_has_nothing_to_be_compared_with(golden_pod: Pod) -> None:
    pod = golden_pod
    assert bake_of(pod.obey(pod.decide("r1", revision=1, baked=False))).joined
    assert not bake_of(pod.obey(pod.decide("r2", revision=2, previous="r1", baked=False))).joined


def test_what_a_check_asks_is_no_traffic(golden_pod: Pod, tmp_path: Path) -> None:
    """Neither the candidate's nor, after it was refused, the next one's."""
    pod = golden_pod
    publish(pod, tmp_path, "r3", 3)
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
    pod.obey(candidate(pod, "r3", 3))
    assert bake_of(pod.obey(pod.decide("r3", revision=4, previous="r1", baked=False))).before.answered == 0


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
