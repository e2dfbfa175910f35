"""Conditions as Kubernetes keeps them: the transition time moves only when the status does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from platerec_operator.api.reasons import OperatorReason
from platerec_store.release.reasons import Reason

ConditionType = Literal["Ready", "Synced", "Progressing", "Degraded"]
LONGEST_MESSAGE = 1024
"""The scheduler and Triton can be wordy; a condition is read in a terminal."""


@dataclass(frozen=True)
class Condition:
    """One thing that is true, false or unknown (None) of a recognizer, and why."""

    type: ConditionType
    holds: bool | None
    reason: OperatorReason | Reason
    message: str


def format_time(moment: datetime) -> str:
    """As the API server writes times, in whole seconds of UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def build_conditions(
    conditions: Iterable[Condition], prior: Sequence[Mapping[str, Any]], generation: int, now: datetime
) -> list[dict[str, Any]]:
    """The list for the status, with the transition times of conditions whose status stays."""
    before = {condition["type"]: condition for condition in prior}
    result = []
    for condition in conditions:
        status = "Unknown" if condition.holds is None else str(condition.holds)
        old = before.get(condition.type, {})
        moved = old.get("status") != status
        result.append(
            {
                "type": condition.type,
                "status": status,
                "reason": str(condition.reason),
                "message": condition.message[:LONGEST_MESSAGE],
                "observedGeneration": generation,
                "lastTransitionTime": format_time(now) if moved else old["lastTransitionTime"],
            }
        )
    return result
