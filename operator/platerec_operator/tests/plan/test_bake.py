import pytest

from platerec_operator.plan.bake import has_baked, judge_bake
from platerec_store.release.decision import Gate
from platerec_store.release.report import Bake
from platerec_store.release.traffic import Traffic

GATE = Gate(max_latency_ratio=1.5)
BEFORE = Traffic(answered=1000, failed=10, seconds=100.0)
USUAL = Traffic(answered=100, seconds=10.0)


def bake(since: Traffic = USUAL, before: Traffic = BEFORE, seconds: float = 60.0, **more: int) -> Bake:
    """Of a pod whose window of 60 seconds is over, and which serves as before."""
    return Bake(before=before, since=since, seconds=seconds).model_copy(update=more)


def judge(*bakes: Bake) -> str | None:
    return judge_bake({f"gate-{number}": each for number, each in enumerate(bakes, 1)}, GATE, 60)


@pytest.mark.parametrize(
    ("since", "words"),
    [
        pytest.param(Traffic(answered=100, seconds=10.0), None, id="as before"),
        pytest.param(Traffic(answered=100, failed=2, seconds=10.0), None, id="as many errors as before"),
        pytest.param(Traffic(answered=10, failed=2, seconds=1.0), None, id="too few errors to tell"),
        pytest.param(Traffic(answered=90, failed=10, seconds=9.0), "10 of 100 requests failed", id="more errors"),
        pytest.param(Traffic(failed=3), "3 of 3 requests failed", id="nothing but errors"),
        pytest.param(Traffic(answered=100, seconds=14.0), None, id="a little slower"),
        pytest.param(Traffic(answered=100, seconds=50.0), "5.0 times as long, 1.5 times is allowed", id="much slower"),
        pytest.param(Traffic(answered=99, seconds=50.0), None, id="slow in too few requests to tell"),
        pytest.param(Traffic(), None, id="no traffic"),
    ],
)
def test_a_release_is_judged_by_errors_and_latency(since: Traffic, words: str | None) -> None:
    verdict = judge(bake(since))
    assert verdict is None if words is None else words in str(verdict)


@pytest.mark.parametrize("before", [Traffic(), Traffic(answered=99, seconds=9.9)], ids=["none", "too few"])
def test_without_enough_traffic_before_only_errors_count(before: Traffic) -> None:
    assert judge(bake(Traffic(answered=100, seconds=500.0), before)) is None
    assert judge(bake(Traffic(answered=50, failed=50, seconds=5.0), before)) is not None


def test_a_pod_that_joined_is_compared_with_what_the_others_knew_before() -> None:
    usual = Traffic(answered=95, failed=5, seconds=9.5)
    old = bake(usual, before=Traffic(answered=950, failed=50, seconds=95.0))
    assert judge(old, bake(usual, before=Traffic(), joined=True)) is None


def test_the_worst_pod_counts_and_is_named() -> None:
    verdict = judge(bake(), bake(Traffic(failed=50)))
    assert verdict is not None
    assert verdict.startswith("Pod gate-2: ")


def test_latency_is_judged_when_the_window_is_over_and_errors_at_once() -> None:
    slow, failing = Traffic(answered=100, seconds=50.0), Traffic(answered=90, failed=10, seconds=9.0)
    assert judge(bake(slow, seconds=59)) is None
    assert judge(bake(slow, seconds=60)) is not None
    assert judge(bake(failing, seconds=1)) is not None


def test_latency_is_never_judged_of_a_pod_that_joined() -> None:
    assert judge(bake(Traffic(answered=100, seconds=50.0), joined=True)) is None


def test_the_third_restart_of_a_triton_speaks_against_the_release() -> None:
    assert judge(bake(restarts=2)) is None
    assert judge(bake(restarts=3, seconds=0, joined=True)) == "Pod gate-1: Triton restarted 3 times under it."


def test_it_has_baked_when_every_pod_that_took_part_has_served_it_for_the_window() -> None:
    assert has_baked([bake(seconds=60), bake(seconds=60)], 60)
    assert not has_baked([bake(seconds=60), bake(seconds=59)], 60)


def test_pods_that_join_again_and_again_keep_no_window_open() -> None:
    assert has_baked([bake(seconds=60), bake(seconds=1, joined=True)], 60)


def test_where_all_pods_were_replaced_those_that_joined_count() -> None:
    assert not has_baked([bake(seconds=60, joined=True), bake(seconds=59, joined=True)], 60)
    assert has_baked([bake(seconds=60, joined=True), bake(seconds=60, joined=True)], 60)


@pytest.mark.parametrize(
    ("asked", "answered", "failed", "enough"),
    [
        pytest.param(0, 0, 0, False, id="no traffic, before or since"),
        pytest.param(0, 0, 2, False, id="both failed"),
        pytest.param(0, 1, 0, True, id="one is enough where there was none"),
        pytest.param(5, 4, 0, False, id="fewer than a quiet fleet was asked before"),
        pytest.param(5, 5, 0, True, id="as many as a quiet fleet was asked before"),
        pytest.param(1000, 19, 5, False, id="what failed was not answered"),
        pytest.param(1000, 20, 0, True, id="twenty of a busy fleet"),
    ],
)
def test_a_window_goes_on_until_the_fleet_has_answered_enough(
    asked: int, answered: int, failed: int, enough: bool
) -> None:
    since, before = Traffic(answered=answered, failed=failed), Traffic(answered=asked)
    assert has_baked([bake(since, before), bake(Traffic(), Traffic())], 60) is enough


def test_what_a_pod_that_joined_answers_counts_as_traffic() -> None:
    assert has_baked([bake(Traffic()), bake(USUAL, before=Traffic(), joined=True)], 60)
