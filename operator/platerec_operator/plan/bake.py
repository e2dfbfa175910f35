"""Whether a release does as well as the one before, by the requests of its pods. Pure."""

from collections.abc import Mapping, Sequence

from platerec_store.release.decision import Gate
from platerec_store.release.report import Bake

_MORE_ERRORS = 0.01
"""By how much the share of failed requests may grow."""
_LEAST_FAILED, _LEAST_TIMED = 3, 100
"""Of fewer requests nothing is concluded: a mean of few is that of the slowest."""
_ENOUGH = 20
"""Answers of the fleet that let a window end; fewer where it was asked less before."""
_MOST_RESTARTS = 2
"""Of a pod's Triton: a node may end it, a release does it again and again."""


def judge_bake(bakes: Mapping[str, Bake], gate: Gate, seconds: int) -> str | None:
    """What is wrong with the worst pod, as a sentence; None while nothing is.

    Errors count at once, against those of the whole fleet before, for a pod that joined has no past of its own. Latency
    is judged when a pod's window is over: a swap itself makes the first seconds slow, whatever the release.
    """
    failed = sum(bake.before.failed for bake in bakes.values())
    requests = sum(bake.before.requests for bake in bakes.values())
    usual = failed / requests if requests else 0.0
    for name, bake in bakes.items():
        wrong = _judge_errors(bake, usual) or _judge_restarts(bake) or _judge_latency(bake, gate, seconds)
        if wrong:
            return f"Pod {name}: {wrong}"
    return None


def has_baked(bakes: Sequence[Bake], seconds: int) -> bool:
    """Whether the fleet has served it for so long, and has answered enough; until then the window goes on.

    A pod that joined later is evidence, and not waited for: an autoscaler may start one after the other. Only where
    pods were replaced are there no others.
    """
    waited_for = [bake for bake in bakes if not bake.joined] or bakes
    asked = sum(bake.before.requests for bake in bakes)
    answered = sum(bake.since.answered for bake in bakes)
    return all(bake.seconds >= seconds for bake in waited_for) and answered >= max(1, min(_ENOUGH, asked))


def _judge_errors(bake: Bake, usual: float) -> str | None:
    since = bake.since
    if since.failed >= _LEAST_FAILED and since.error_rate > usual + _MORE_ERRORS:
        return f"{since.failed} of {since.requests} requests failed ({since.error_rate:.1%}), {usual:.1%} before."
    return None


def _judge_restarts(bake: Bake) -> str | None:
    return f"Triton restarted {bake.restarts} times under it." if bake.restarts > _MOST_RESTARTS else None


def _judge_latency(bake: Bake, gate: Gate, seconds: int) -> str | None:
    before, since = bake.before, bake.since
    if bake.joined or bake.seconds < seconds or min(before.answered, since.answered) < _LEAST_TIMED:
        return None
    if not before.latency or not since.latency or since.latency <= gate.max_latency_ratio * before.latency:
        return None
    return (
        f"a request takes {since.latency * 1e3:.0f} ms on average, {before.latency * 1e3:.0f} ms before: "
        f"{since.latency / before.latency:.1f} times as long, {gate.max_latency_ratio:g} times is allowed."
    )
