"""From requests and swap times to figures."""

import pytest

from bench.judge import AFTER, Run, Sample, Span, Swap, judge, percentile, rss_growth, skew_of, split, turnover_of
from bench.records import Answer, Request

SWAP = Swap("old", "new", began=100, settled=110)


def request(at: float, latency: float = 0.01, release: str = "old", error: str = "") -> Request:
    answer = None if error else Answer(release, ("A001AA77",), ((0, 0, 24, 8),))
    return Request(at, latency, "grpc", 0, answer, error)


def test_failed_and_mixed_requests_are_counted() -> None:
    requests = [request(1), request(2, error="gone"), request(3), request(101), request(105, release="new")]
    figures = judge(Run(requests, frozenset({2}), [SWAP], [], []))
    assert (figures.requests, figures.failed, figures.mixed, figures.swaps) == (5, 1, 1, 1)


def test_the_ratio_compares_swaps_with_steady_times() -> None:
    steady = [request(at, 0.010) for at in range(50)]
    swapping = [request(at, 0.025) for at in range(100, 110)]
    figures = judge(Run([*steady, *swapping], frozenset(), [SWAP], [], []))
    assert (figures.p99_steady_ms, figures.p99_swap_ms, figures.p99_ratio) == (10, 25, 2.5)


@pytest.mark.parametrize(
    ("at", "latency", "steady", "swapping"),
    [
        (99, 0.5, 1, 0),
        (99, 1.5, 0, 1),  # it was under way when the swap began
        (110 + AFTER - 0.1, 0.01, 0, 1),  # the old release is being unloaded
        (110 + AFTER + 0.1, 0.01, 1, 0),
        (80, 0.01, 0, 0),  # the proof's own programs ran
    ],
)
def test_a_request_belongs_to_a_swap_that_it_overlaps(at: float, latency: float, steady: int, swapping: int) -> None:
    found = split([request(at, latency)], [SWAP], [Span(79, 81)])
    assert tuple(map(len, found)) == (steady, swapping)


def test_the_skew_is_from_the_first_new_to_the_last_old_answer() -> None:
    requests = [request(104.0), request(104.1, release="new"), request(104.25), request(104.3, release="new")]
    assert skew_of(requests, SWAP) == pytest.approx(0.15)
    assert turnover_of(requests, SWAP) == pytest.approx(4.25)


def test_releases_that_followed_each_other_have_no_skew() -> None:
    assert skew_of([request(104), request(105, release="new")], SWAP) == 0


def test_there_is_no_skew_where_nothing_was_asked() -> None:
    assert skew_of([request(50), request(300, release="new")], SWAP) is None


def test_memory_grows_by_the_slope_of_the_worst_pod_after_the_tenth_swap() -> None:
    warm = [Sample(swaps, "a", 100 + 30 * swaps) for swaps in range(1, 10)]
    later = [Sample(swaps, "a", 400 + 0.25 * swaps) for swaps in range(10, 51)]
    flat = [Sample(swaps, "b", 380) for swaps in range(1, 51)]
    assert rss_growth([*warm, *later, *flat]) == 0.25


def test_few_swaps_tell_nothing_of_memory() -> None:
    assert rss_growth([Sample(swaps, "a", 100) for swaps in range(1, 6)]) is None


@pytest.mark.parametrize(("percent", "value"), [(50, 500), (99, 990), (99.9, 999), (100, 1000)])
def test_a_percentile_is_one_of_the_values(percent: float, value: float) -> None:
    assert percentile(range(1, 1001), percent) == value
    assert percentile([], percent) is None
