from datetime import UTC, datetime, timedelta

import pytest

from platerec_operator.plan.bake import has_baked, judge_bake
from platerec_operator.plan.members import Member
from platerec_store.release.decision import Gate
from platerec_store.release.report import Bake, Report
from platerec_store.release.traffic import Traffic

NOW = datetime(2026, 11, 23, tzinfo=UTC)
GATE = Gate(max_latency_ratio=1.5)
BEFORE = Traffic(answered=1000, failed=10, seconds=100.0)


def member(since: Traffic, before: Traffic = BEFORE, seconds: float = 60.0) -> Member:
    committed = NOW - timedelta(seconds=seconds)
    return Member("gate-1", ready=True, report=Report(committed=committed, bake=Bake(before=before, since=since)))


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
        pytest.param(Traffic(answered=10, seconds=5.0), None, id="slow in too few requests to tell"),
        pytest.param(Traffic(), None, id="no traffic"),
    ],
)
def test_a_release_is_judged_by_errors_and_latency(since: Traffic, words: str | None) -> None:
    verdict = judge_bake([member(since)], GATE, 60, NOW)
    assert verdict is None if words is None else words in str(verdict)


def test_without_traffic_before_only_errors_count() -> None:
    slow = Traffic(answered=100, seconds=500.0)
    assert judge_bake([member(slow, before=Traffic())], GATE, 60, NOW) is None
    failing = Traffic(answered=50, failed=50, seconds=5.0)
    assert judge_bake([member(failing, before=Traffic())], GATE, 60, NOW) is not None


def test_a_pod_that_joined_is_compared_with_what_the_others_knew_before() -> None:
    usual = Traffic(answered=95, failed=5, seconds=9.5)
    old = member(usual, before=Traffic(answered=950, failed=50, seconds=95.0))
    joined = member(usual, before=Traffic())
    assert judge_bake([old, Member("gate-2", ready=True, report=joined.report)], GATE, 60, NOW) is None


def test_the_worst_pod_counts_and_is_named() -> None:
    good, bad = member(Traffic(answered=100, seconds=10.0)), member(Traffic(failed=50))
    verdict = judge_bake([good, Member("gate-2", ready=True, report=bad.report)], GATE, 60, NOW)
    assert verdict is not None
    assert verdict.startswith("Pod gate-2: ")


def test_latency_is_judged_when_the_window_is_over_and_errors_at_once() -> None:
    slow, failing = Traffic(answered=100, seconds=50.0), Traffic(answered=90, failed=10, seconds=9.0)
    assert judge_bake([member(slow, seconds=59)], GATE, 60, NOW) is None
    assert judge_bake([member(slow, seconds=60)], GATE, 60, NOW) is not None
    assert judge_bake([member(failing, seconds=1)], GATE, 60, NOW) is not None


def test_it_has_baked_after_the_window() -> None:
    traffic = Traffic(answered=1, seconds=0.1)
    assert has_baked([member(traffic, seconds=121)], 120, NOW)
    assert not has_baked([member(traffic, seconds=121), member(traffic, seconds=119)], 120, NOW)


def test_a_window_without_traffic_goes_on() -> None:
    assert not has_baked([member(Traffic(), seconds=1e6)], 120, NOW)


def test_a_pod_that_says_nothing_has_not_baked() -> None:
    assert not has_baked([Member("gate-1", ready=True)], 0, NOW)
    assert not has_baked([], 0, NOW)


def test_no_window_is_over_at_once() -> None:
    assert has_baked([member(Traffic(), seconds=0)], 0, NOW)
