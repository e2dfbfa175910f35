"""Facts -> the status of a recognizer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from platerec_operator.api.lookup import Found
from platerec_operator.api.names import RECOGNIZER_LABEL, Key
from platerec_operator.api.reasons import OperatorReason
from platerec_operator.api.trouble import Trouble
from platerec_operator.status.conditions import Condition, build_conditions, format_time
from platerec_operator.status.facts import Facts
from platerec_operator.status.fleet import Fleet

Status = dict[str, Any]
PORTS = {"grpc": 8001, "http": 8000, "metrics": 8002}
HISTORY = 5


def fold_status(facts: Facts) -> Status:
    """The whole status; equal to the prior one when nothing happened."""
    recognizer, fleet = facts.recognizer, facts.fleet
    trouble = next(facts.troubles(), None)
    conditions = (
        _ready(facts, fleet, trouble),
        _synced(facts),
        _progressing(fleet),
        _degraded(trouble),
    )
    prior = recognizer.status
    return {
        "observedGeneration": recognizer.generation,
        "state": _state(fleet, trouble),
        "replicas": fleet.pods,
        "readyReplicas": fleet.ready,
        "selector": f"{RECOGNIZER_LABEL}={recognizer.name}",
        "release": _release(fleet, prior.get("release", {}), facts.now),
        "endpoints": _endpoints(recognizer.key),
        "history": _history(facts, fleet),
        "conditions": build_conditions(conditions, prior.get("conditions", ()), recognizer.generation, facts.now),
    }


def fold_invalid(body: Mapping[str, Any], message: str, now: datetime) -> Status:
    """The status of a spec that cannot be read: what it said before stays, beside the reason."""
    prior = body.get("status") or {}
    generation = body["metadata"].get("generation", 1)
    reason = OperatorReason.INVALID_SPEC
    wrong = (Condition("Synced", False, reason, message), Condition("Degraded", True, reason, message))
    kept = [condition for condition in prior.get("conditions", ()) if condition["type"] in ("Ready", "Progressing")]
    conditions = build_conditions(wrong, prior.get("conditions", ()), generation, now)
    return {**prior, "observedGeneration": generation, "state": "Degraded", "conditions": [*kept, *conditions]}


def build_headline(status: Status) -> str:
    """The status in a line of the log: state, release, and what is wrong or missing."""
    said = {condition["type"]: condition for condition in status.get("conditions", ())}
    wrong, missing = said.get("Degraded", {}), said.get("Ready", {})
    message = wrong["message"] if wrong.get("status") == "True" else missing.get("message", "")
    release = status.get("release", {})
    names = [f"{name} {release[name]}" for name in ("active", "target", "step") if name in release]
    return ", ".join([status["state"], *names, message])


def _ready(facts: Facts, fleet: Fleet, trouble: Trouble | None) -> Condition:
    count = f"{fleet.ready} of {fleet.wanted} replicas are ready"
    if fleet.wanted == 0:
        return Condition("Ready", False, OperatorReason.SCALED_TO_ZERO, "spec.replicas is 0.")
    if fleet.answers:
        release = f" and serve release {fleet.active}" if fleet.active else ""
        return Condition("Ready", True, OperatorReason.SERVING, f"{count}{release}.")
    if trouble:
        return Condition("Ready", False, trouble.reason, f"{count}: {trouble.message}")
    if fleet.target is None:
        return Condition("Ready", False, OperatorReason.WAITING_FOR_RELEASE, f"{count}: no release is decided yet.")
    if facts.reports:
        step = f" ({fleet.step})" if fleet.step else ""
        return Condition("Ready", False, OperatorReason.LOADING, f"{count}: loading {fleet.target}{step}.")
    return Condition("Ready", False, OperatorReason.STARTING, f"{count}: pods are starting.")


def _synced(facts: Facts) -> Condition:
    trouble = next(iter(facts.refusals), None) or facts.store_trouble
    if trouble:
        kept = f" Release {facts.target} stays." if facts.target else ""
        return Condition("Synced", False, trouble.reason, f"{trouble.message}{kept}")
    if facts.target is None or facts.lookup is None:
        reason, message = OperatorReason.WAITING_FOR_RELEASE, "The store has not answered yet."
        return Condition("Synced", None, reason, message)
    if isinstance(facts.lookup, Found) and facts.lookup.release != facts.target:
        message = f"Updates are paused at release {facts.target}; the store names {facts.lookup.release}."
        return Condition("Synced", True, OperatorReason.PAUSED, message)
    return Condition("Synced", True, OperatorReason.FOLLOWING, f"Release {facts.target} is decided.")


def _progressing(fleet: Fleet) -> Condition:
    holds, reason, message = _movement(fleet)
    return Condition("Progressing", holds, reason, message)


def _movement(fleet: Fleet) -> tuple[bool, OperatorReason, str]:
    """Whether anything is under way, and what: the first of these that is so."""
    loading = OperatorReason.LOADING if fleet.step else OperatorReason.STARTING
    said: tuple[tuple[bool, bool, OperatorReason, str], ...] = (
        (fleet.target is None, False, OperatorReason.WAITING_FOR_RELEASE, "No release is decided yet."),
        (fleet.settled, False, OperatorReason.SETTLED, "All pods are as they shall be."),
        (fleet.stuck, False, OperatorReason.STUCK, f"Release {fleet.target} cannot be served: Degraded says why."),
        (fleet.step == "Bake", True, OperatorReason.BAKING, f"Release {fleet.target} serves and is watched."),
        (
            fleet.active not in (None, fleet.target),
            True,
            OperatorReason.SWAPPING,
            f"Pods move from release {fleet.active} to {fleet.target}.",
        ),
        (
            not fleet.rolled_out and fleet.ready > 0,
            True,
            OperatorReason.ROLLING_OUT,
            "Pods are started, replaced or taken away.",
        ),
        (True, True, loading, f"Pods are getting ready to serve release {fleet.target}."),
    )
    return next((holds, reason, message) for applies, holds, reason, message in said if applies)


def _degraded(trouble: Trouble | None) -> Condition:
    if trouble:
        return Condition("Degraded", True, trouble.reason, trouble.message)
    return Condition("Degraded", False, OperatorReason.AS_EXPECTED, "Nothing is wrong.")


def _state(fleet: Fleet, trouble: Trouble | None) -> str:
    if trouble:
        return "Degraded"
    if not fleet.answers:
        return "Waiting"
    swapping = fleet.active is not None and fleet.active != fleet.target
    return "Swapping" if swapping else "Serving"


def _release(fleet: Fleet, prior: Mapping[str, Any], now: datetime) -> Status:
    """Which release is served and which shall be; `since` is when any of it last changed."""
    values = {"active": fleet.active, "target": fleet.target, "step": fleet.step}
    current = {name: value for name, value in values.items() if value}
    same = current == {name: value for name, value in prior.items() if name != "since"}
    return {**current, "since": prior["since"] if same and "since" in prior else format_time(now)}


def _endpoints(key: Key) -> dict[str, str]:
    return {name: f"{key.name}.{key.namespace}.svc:{port}" for name, port in PORTS.items()}


def _history(facts: Facts, fleet: Fleet) -> list[dict[str, str]]:
    """The last releases that were served or rejected, with new ones at the end."""
    status = facts.recognizer.status
    entries: list[dict[str, str]] = [dict(entry) for entry in status.get("history", ())]
    latest = entries[-1]["at"] if entries else ""
    for rejection in facts.rejected:
        at = format_time(rejection.at)
        entry = {"release": rejection.release, "result": "Rejected", "reason": str(rejection.reason), "at": at}
        if at >= latest and entry not in entries:
            entries.append(entry)
    if fleet.active and fleet.active != status.get("release", {}).get("active"):
        entries.append({"release": fleet.active, "result": "Served", "at": format_time(facts.now)})
    return entries[-HISTORY:]
