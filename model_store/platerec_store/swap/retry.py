"""When to try again."""

from platerec_store.release.decision import Decision
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault


def build_delay(fault: Fault, decision: Decision, attempt: int, jitter: float) -> float | None:
    """Seconds to wait after the `attempt`-th fault in a row, None for never. `jitter` is between 0 and 1.

    Triton is a neighbour that starts in seconds; a store is shared by many pods, so they spread out. A verdict on
    the release stands until the decision changes. But somebody may repair a blob, and what has baked serves elsewhere:
    then the trouble is this pod's, and nobody would decide anew for its sake.
    """
    reason = fault.reason
    if reason == Reason.TRITON_UNAVAILABLE:
        return 1.0
    times = 2.0 ** min(attempt - 1, 10)  # a store may be away for days
    if reason.transient:
        return _spread(min(times, 60.0), jitter)
    if decision.baked or not fault.condemns(decision.manifest):
        return _spread(min(5.0 * times, 300.0), jitter)
    return None


def _spread(seconds: float, jitter: float) -> float:
    return seconds * (0.5 + jitter / 2)
