"""Whether a release does as well as the one before, by the requests of its pods. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from platerec_operator.plan.members import Member
from platerec_store.release.decision import Gate
from platerec_store.release.report import Bake, Report

_MORE_ERRORS = 0.01
"""By how much the share of failed requests may grow."""
_LEAST_FAILED, _LEAST_ANSWERED = 3, 20
"""Of fewer requests nothing is concluded."""


def judge_bake(members: Sequence[Member], gate: Gate, seconds: int, now: datetime) -> str | None:
    """What is wrong with the worst pod, as a sentence; None while nothing is.

    Errors count at once, against those of the whole fleet before, for a pod that joined has no past of its own. Latency
    is judged when a pod's window is over: a swap itself makes the first seconds slow, whatever the release.
    """
    baking = [(member.name, member.report, member.report.bake) for member in members if member.report]
    bakes = [(name, bake, _is_over(report, seconds, now)) for name, report, bake in baking if bake]
    failed = sum(bake.before.failed for _, bake, _ in bakes)
    requests = sum(bake.before.requests for _, bake, _ in bakes)
    usual = failed / requests if requests else 0.0
    for name, bake, over in bakes:
        wrong = _judge_errors(bake, usual) or (_judge_latency(bake, gate) if over else None)
        if wrong:
            return f"Pod {name}: {wrong}"
    return None


def has_baked(members: Sequence[Member], seconds: int, now: datetime) -> bool:
    """Whether all have served it for so long, under traffic; a window without any goes on."""
    reports = [member.report for member in members if member.report]
    if len(reports) < len(members) or not reports:
        return False
    if seconds == 0:
        return True
    requests = sum(report.bake.since.requests for report in reports if report.bake)
    return requests > 0 and all(_is_over(report, seconds, now) for report in reports)


def _is_over(report: Report, seconds: int, now: datetime) -> bool:
    """Whether a pod has served the release for so long."""
    return report.committed is not None and now - report.committed >= timedelta(seconds=seconds)


def _judge_errors(bake: Bake, usual: float) -> str | None:
    since = bake.since
    if since.failed >= _LEAST_FAILED and since.error_rate > usual + _MORE_ERRORS:
        return f"{since.failed} of {since.requests} requests failed ({since.error_rate:.1%}), {usual:.1%} before."
    return None


def _judge_latency(bake: Bake, gate: Gate) -> str | None:
    before, since = bake.before, bake.since
    if min(before.answered, since.answered) < _LEAST_ANSWERED or not before.latency or not since.latency:
        return None
    ratio = since.latency / before.latency
    if ratio <= gate.max_latency_ratio:
        return None
    return (
        f"a request takes {since.latency * 1e3:.0f} ms on average, {before.latency * 1e3:.0f} ms before: "
        f"{ratio:.1f} times as long, {gate.max_latency_ratio:g} times is allowed."
    )
