"""The pods of a fleet as a decision needs them, and what they have done of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from platerec_operator.api.recognizer import Recognizer
from platerec_store.release.decision import Decision
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Bake, Report

TOO_LITTLE = {Reason.MEMORY_SHORT, Reason.DISK_FULL}
"""Two releases do not fit into one pod."""


@dataclass(frozen=True)
class Member:
    """A pod of the fleet: whether it is in the Service, and what its agent says, if it answers."""

    name: str
    ready: bool
    report: Report | None = None


Members = Sequence[Member]


def find_ready(members: Members) -> list[Member]:
    """Those in the Service."""
    return [member for member in members if member.ready]


def serves(held: Decision, member: Member) -> bool:
    """Whether it serves the release, and knows of this decision."""
    report = member.report
    return report is not None and (report.serving, report.revision) == (held.manifest, held.revision)


def serves_everywhere(held: Decision, members: Members) -> bool:
    """Whether all in the Service do, and there are any."""
    ready = find_ready(members)
    return bool(ready) and all(serves(held, member) for member in ready)


def is_elsewhere(held: Decision, member: Member) -> bool:
    """Whether it knows of this decision, and serves another release."""
    report = member.report
    return report is not None and report.revision == held.revision and report.serving not in (None, held.manifest)


def is_down(held: Decision, member: Member) -> bool:
    """Whether it took part, and does not serve: an agent without its Triton says nothing but what it once committed."""
    report = member.report
    if member.ready or report is None or report.revision != held.revision:
        return False
    return report.serving == held.manifest or (report.serving is None and report.committed is not None)


def find_bakes(held: Decision, members: Members) -> dict[str, Bake]:
    """How the release does, by pod, ready or not; one that cannot count has done nothing yet."""
    return {each.name: each.report.bake or Bake() for each in members if each.report and serves(held, each)}


def has_prepared(held: Decision, member: Member) -> bool:
    """Whether the release is loaded and checked there, by this decision."""
    report = member.report
    return report is not None and (report.prepared, report.revision) == (held.manifest, held.revision)


def lacks_room(recognizer: Recognizer, held: Decision, member: Member) -> bool:
    """Whether it serves another release and two do not fit; a claim that is full is as full for another pod."""
    report = member.report
    if report is None or report.error is None or report.revision != held.revision or serves(held, member):
        return False
    kept = recognizer.spec.models.cache.pvc_name is not None
    return report.error.reason in TOO_LITTLE and not (kept and report.error.reason is Reason.DISK_FULL)
