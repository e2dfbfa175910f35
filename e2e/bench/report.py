"""What the proof says at its end: one line for programs, a file with everything, and which marks were missed. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bench.judge import Figures, Run, skew_of, turnover_of

KEYS = (
    "requests",
    "failed",
    "mixed",
    "swaps",
    "p99_ratio",
    "p999_ms",
    "fleet_skew_ms",
    "rss_growth_mib_per_swap",
)
MARKS = {
    "failed": 0,
    "mixed": 0,
    "p99_ratio": 3,
    "fleet_skew_ms": 250,
    "turnover_s": 12,  # the poll of the channel, 2 s, and 10 s
    "rss_growth_mib_per_swap": 0.5,
}
COUNTED = ("requests", "failed", "mixed", "swaps")
WORST = ("rss_growth_mib_per_swap", "turnover_s")


def build_line(parts: Mapping[str, Figures]) -> dict[str, Any]:
    """The figures of the whole proof: counts of all parts, times of the last, growth of the worst."""
    line = build_figures(parts)
    return {key: line[key] for key in KEYS}


def build_figures(parts: Mapping[str, Figures]) -> dict[str, Any]:
    """The same with what the line leaves out."""
    every = [asdict(figures) for figures in parts.values()]
    figures = dict(every[-1])
    for key in COUNTED:
        figures[key] = sum(part[key] for part in every)
    for key in WORST:
        figures[key] = max((part[key] for part in every if part[key] is not None), default=None)
    return figures


def find_missed(figures: Mapping[str, Any]) -> list[str]:
    """A sentence for each mark that is missed, or that nothing was measured for."""
    missed = []
    for key, mark in MARKS.items():
        if figures[key] is None:
            missed.append(f"{key} was not measured, {mark} is allowed")
        elif figures[key] > mark:
            missed.append(f"{key} is {figures[key]}, {mark} is allowed")
    return missed


def describe_swaps(run: Run) -> list[dict[str, Any]]:
    """Each swap: when, how long, how far apart the pods committed, and the steps that the status named."""
    answered = [request for request in run.requests if not request.error]
    zero = run.requests[0].at
    return [
        {
            "from": swap.old,
            "to": swap.new,
            "at_s": round(swap.began - zero, 2),
            "took_s": round(swap.settled - swap.began, 2),
            "skew_ms": _milliseconds(skew_of(answered, swap)),
            "turnover_s": _seconds(turnover_of(answered, swap)),
            "steps": [[round(at - swap.began, 2), step] for at, step in swap.steps],
        }
        for swap in run.swaps
    ]


def _milliseconds(value: float | None) -> float | None:
    return None if value is None else round(1e3 * value, 1)


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
