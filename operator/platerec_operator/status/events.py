"""What happened to a recognizer between two of its statuses, told once: `kubectl describe plr` shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from platerec_operator.status.conditions import LONGEST_MESSAGE

Status = Mapping[str, Any]

_PREPARING = frozenset({"Fetch", "Load", "Check"})


@dataclass(frozen=True)
class Note:
    """One step of a release: a word for machines, a sentence for people."""

    reason: str
    release: str
    message: str
    warning: bool = False


def build_notes(before: Status, after: Status) -> tuple[Note, ...]:
    """The steps between the status that was written and the one that shall be."""
    return (*_of_release(before.get("release", {}), after.get("release", {})), *_of_history(before, after))


def build_baked(release: str | None) -> tuple[Note, ...]:
    """The end of a release's bake, if it has come; a status need not show it, when a pod joins meanwhile."""
    return (Note("Baked", release, f"Release {release} stays: its bake is over."),) if release else ()


def _of_release(before: Status, after: Status) -> Iterator[Note]:
    if after.get("target") == after.get("active"):
        yield from _rolled_back(before, after)
    elif "target" in after:
        yield from _steps(before, after)


def _rolled_back(before: Status, after: Status) -> Iterator[Note]:
    left, active = before.get("target"), before.get("active")
    if active and active == after.get("active") and left not in (None, active):
        yield Note("RolledBack", active, f"Release {left} is no longer wanted; release {active} stays.")


def _steps(before: Status, after: Status) -> Iterator[Note]:
    target, step, earlier = after["target"], after.get("step"), before.get("step")
    if target != before.get("target"):
        serving = f"; release {after['active']} is served until then" if "active" in after else ""
        yield Note("ReleaseFound", target, f"Release {target} shall be served{serving}.")
        earlier = None
    if step in _PREPARING and earlier not in _PREPARING:
        yield Note("Preparing", target, f"Pods fetch, load and check release {target}.")
    if step == "Prepared" != earlier:
        yield Note("Prepared", target, f"Release {target} is loaded and checked on every pod.")


def _of_history(before: Status, after: Status) -> Iterator[Note]:
    told = before.get("history", ())
    for entry in after.get("history", ()):
        if entry in told:
            continue
        release = entry["release"]
        if entry["result"] == "Served":
            yield Note("Committed", release, f"Release {release} is served.")
        else:
            yield Note("Rejected", release, _why(after, release, entry.get("reason", "")), warning=True)


def _why(after: Status, release: str, reason: str) -> str:
    """That the release is rejected, in the words of the condition that has this reason."""
    messages = (each["message"] for each in after.get("conditions", ()) if each["reason"] == reason)
    said, words = f"Release {release} is rejected: ", next(messages, f"{reason}.")
    return f"{said}{words.removeprefix(said)}"[:LONGEST_MESSAGE]
