"""From requests and swap times to figures. Pure.

A request belongs to a swap when any of its time lies between the promotion and `AFTER` seconds after the fleet has
settled, when the old release is unloaded. What runs while the proof itself starts programs on the machine (to
promote, to look at memory) belongs to neither side of the ratio, but counts everywhere else.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from bench.records import Request

AFTER = 3.0
RSS_FROM = 10
"""Memory is judged after so many swaps: caches and arenas have filled by then."""


@dataclass(frozen=True)
class Span:
    """Seconds since the epoch."""

    began: float
    ended: float


@dataclass(frozen=True)
class Swap:
    """One swap: `steps` are the times at which the status named a new step."""

    old: str
    new: str
    began: float
    settled: float
    steps: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Sample:
    """Resident memory of a pod's Triton after so many swaps."""

    swaps: int
    pod: str
    mib: float


@dataclass(frozen=True)
class Run:
    """One part of the proof. `wrong`: the requests whose answer is not wholly of the release that it names."""

    requests: Sequence[Request]
    wrong: frozenset[int]
    swaps: Sequence[Swap]
    samples: Sequence[Sample]
    busy: Sequence[Span]


@dataclass(frozen=True)
class Figures:
    """What a run comes to; None where there was too little to tell."""

    requests: int
    failed: int
    mixed: int
    swaps: int
    p50_ms: float
    p99_steady_ms: float | None
    p99_swap_ms: float | None
    p99_ratio: float | None
    p999_ms: float
    fleet_skew_ms: float | None
    turnover_s: float | None
    rss_growth_mib_per_swap: float | None


def judge(run: Run) -> Figures:
    """The figures of one part. A failed request has no latency, it counts as failed."""
    answered = [request for request in run.requests if not request.error]
    steady, swapping = split(answered, run.swaps, run.busy)
    quiet, loud = percentile(steady, 99), percentile(swapping, 99)
    skews = [skew for swap in run.swaps if (skew := skew_of(answered, swap)) is not None]
    turnovers = [seconds for swap in run.swaps if (seconds := turnover_of(answered, swap)) is not None]
    everything = [request.latency for request in answered]
    return Figures(
        requests=len(run.requests),
        failed=len(run.requests) - len(answered),
        mixed=len(run.wrong),
        swaps=len(run.swaps),
        p50_ms=round(1e3 * (percentile(everything, 50) or 0), 1),
        p99_steady_ms=_round(quiet, 1e3),
        p99_swap_ms=_round(loud, 1e3),
        p99_ratio=round(loud / quiet, 2) if quiet and loud else None,
        p999_ms=round(1e3 * (percentile(everything, 99.9) or 0), 1),
        fleet_skew_ms=_round(max(skews, default=None), 1e3),
        turnover_s=_round(max(turnovers, default=None)),
        rss_growth_mib_per_swap=rss_growth(run.samples),
    )


def split(requests: Sequence[Request], swaps: Sequence[Swap], busy: Sequence[Span]) -> tuple[list[float], list[float]]:
    """The latencies of steady times, and those while a swap was under way."""
    windows = [Span(swap.began, swap.settled + AFTER) for swap in swaps]
    steady, swapping = list[float](), list[float]()
    for request in requests:
        if not _within(request, busy):
            (swapping if _within(request, windows) else steady).append(request.latency)
    return steady, swapping


def skew_of(requests: Sequence[Request], swap: Swap) -> float | None:
    """Seconds from the first request that the new release answered to the last that the old one did."""
    new = [request.at for request in _during(requests, swap) if request.answer and request.answer.release == swap.new]
    last = _last_old(requests, swap)
    return max(0.0, last - min(new)) if new and last is not None else None


def turnover_of(requests: Sequence[Request], swap: Swap) -> float | None:
    """Seconds from the promotion to the last request that the old release answered."""
    last = _last_old(requests, swap)
    return max(0.0, last - swap.began) if last is not None else None


def rss_growth(samples: Sequence[Sample]) -> float | None:
    """MiB a swap of the pod that grows most: the slope of least squares after the first swaps."""
    pods = {sample.pod for sample in samples}
    slopes = [_slope([s for s in samples if s.pod == pod and s.swaps >= RSS_FROM]) for pod in pods]
    return _round(max((slope for slope in slopes if slope is not None), default=None), digits=3)


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The least value that so many per cent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * percent // 100) - 1)] if ordered else None


def _during(requests: Sequence[Request], swap: Swap) -> Sequence[Request]:
    """Requests that were due within a swap's window; they are ordered."""
    due = [request.at for request in requests]
    return requests[bisect_left(due, swap.began) : bisect_left(due, swap.settled + AFTER)]


def _last_old(requests: Sequence[Request], swap: Swap) -> float | None:
    during = _during(requests, swap)
    return max((each.at for each in during if each.answer and each.answer.release == swap.old), default=None)


def _within(request: Request, spans: Sequence[Span]) -> bool:
    """Whether some of a request's time lies in one of the spans, which are ordered and apart."""
    after = bisect_left([span.ended for span in spans], request.at)
    return after < len(spans) and spans[after].began <= request.end


def _slope(samples: Sequence[Sample]) -> float | None:
    if len(samples) < 3:
        return None
    middle_x = sum(sample.swaps for sample in samples) / len(samples)
    middle_y = sum(sample.mib for sample in samples) / len(samples)
    spread = sum((sample.swaps - middle_x) ** 2 for sample in samples)
    shared = sum((sample.swaps - middle_x) * (sample.mib - middle_y) for sample in samples)
    return shared / spread if spread else None


def _round(value: float | None, factor: float = 1, digits: int = 1) -> float | None:
    return None if value is None else round(value * factor, digits)
