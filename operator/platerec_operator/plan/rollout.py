"""How a fleet moves from one release to another: prepare, commit, bake, and back. Pure.

A release is prepared by every ready pod while the one before serves; when all have, all commit; it has baked when it
did as well under traffic for a while. Pods that are not ready take no part: they join on what is decided. A verdict of
any pod on a release that has not baked sends the fleet back.
"""

from collections.abc import Sequence
from datetime import datetime

from platerec_operator.api.recognizer import Recognizer
from platerec_operator.api.rejection import Rejection
from platerec_operator.plan.bake import Member, has_baked, judge_bake
from platerec_operator.plan.memory import Memory, digest_spec
from platerec_store.release.decision import Choice, Decision
from platerec_store.release.reasons import Reason

Members = Sequence[Member]
Step = tuple[Decision, Memory]

_TOO_LITTLE = {Reason.MEMORY_SHORT, Reason.DISK_FULL}
"""Two releases do not fit into one pod."""


def advance(recognizer: Recognizer, held: Decision, members: Members, memory: Memory, now: datetime) -> Step:
    """What follows from what the pods say of the decided release; the held decision when nothing does."""
    if held.baked:
        return held, memory
    rejection = _find_verdict(recognizer, held, members)
    if rejection:
        return _reject(held, memory, rejection)
    if held.phase == "Prepare":
        return _prepare(recognizer, held, members, memory)
    if _serves_everywhere(held, members) and (
        held.previous is None or has_baked(_ready(members), recognizer.spec.models.update.bake_seconds, now)
    ):
        return _settled(held), memory
    return held, memory


def begin(recognizer: Recognizer, held: Decision, wanted: Decision, members: Members, memory: Memory) -> Step:
    """The way to `wanted`: in two phases beside what serves, or at once where nothing could be protected by that."""
    if _same_models(held, wanted):
        changed = {"source": wanted.source, "model": wanted.model, "pipeline": wanted.pipeline, "gate": wanted.gate}
        return held.model_copy(update=changed), memory
    base = _base(held)
    if base.manifest == wanted.manifest and held.profile == wanted.profile:
        return _settled(wanted), memory  # called off
    moved = wanted.model_copy(update={"previous": base, "baked": False})
    if held.profile != wanted.profile or not _ready(members):
        return moved.model_copy(update={"previous": None}), memory  # all pods are replaced, or none serves
    if held.previous is not None and held.previous.manifest == wanted.manifest:
        return _settled(wanted), memory.roll_back() if held.replaces else memory  # it is still loaded
    if recognizer.spec.models.update.strategy == "RollingUpdate":
        return moved.model_copy(update={"replaces": True}), memory.roll(wanted.manifest)
    return moved.model_copy(update={"phase": "Prepare"}), memory


def _prepare(recognizer: Recognizer, held: Decision, members: Members, memory: Memory) -> Step:
    ready = _ready(members)
    if all(_has_prepared(held, member) for member in ready):
        return held.model_copy(update={"phase": "Commit"}), memory
    if recognizer.spec.models.update.strategy == "Auto" and any(_lacks_room(held, member) for member in ready):
        return held.model_copy(update={"phase": "Commit", "replaces": True}), memory.roll(held.manifest)
    return held, memory


def _find_verdict(recognizer: Recognizer, held: Decision, members: Members) -> Rejection | None:
    """The verdict of a pod, or of the bake, on the release that is on its way in."""
    for member in members:
        report = member.report
        if report and report.error and report.revision == held.revision and report.error.condemns(held.manifest):
            return _build_rejection(recognizer, held, report.error.reason, f"pod {member.name}: {report.error.message}")
    if held.phase == "Commit" and held.previous is not None:
        serving = [member for member in _ready(members) if _serves(held, member)]
        wrong = judge_bake(serving, held.gate)
        if wrong:
            return _build_rejection(recognizer, held, Reason.BAKE_FAILED, wrong)
    return None


def _build_rejection(recognizer: Recognizer, held: Decision, reason: Reason, why: str) -> Rejection:
    return Rejection(
        release=held.release,
        manifest=held.manifest,
        spec=digest_spec(recognizer),
        reason=reason,
        message=f"Release {held.release} is rejected: {why}",
    )


def _reject(held: Decision, memory: Memory, rejection: Rejection) -> Step:
    """Back to the release before; a first release has none, and stays decided."""
    known = any(each == rejection for each in memory.rejected)
    memory = memory if known else memory.reject(rejection)
    if held.previous is None:
        return held, memory
    back = {
        "release": held.previous.release,
        "manifest": held.previous.manifest,
        "source": held.previous.source,
    }
    return _settled(held.model_copy(update=back)), memory.roll_back() if held.replaces else memory


def _settled(decision: Decision) -> Decision:
    """Served by all, with nothing to go back to."""
    return decision.model_copy(update={"phase": "Commit", "baked": True, "previous": None, "replaces": False})


def _base(held: Decision) -> Choice:
    """What the fleet serves: while a release is prepared, or pods are replaced, the one before."""
    if held.previous is not None and held.phase == "Prepare":
        return held.previous
    return Choice(release=held.release, manifest=held.manifest, source=held.source)


def _same_models(held: Decision, wanted: Decision) -> bool:
    return (held.manifest, held.profile) == (wanted.manifest, wanted.profile)


def _ready(members: Members) -> list[Member]:
    return [member for member in members if member.ready]


def _has_prepared(held: Decision, member: Member) -> bool:
    report = member.report
    return report is not None and (report.prepared, report.revision) == (held.manifest, held.revision)


def _lacks_room(held: Decision, member: Member) -> bool:
    report = member.report
    return bool(report and report.error and report.revision == held.revision and report.error.reason in _TOO_LITTLE)


def _serves(held: Decision, member: Member) -> bool:
    return member.report is not None and member.report.active == held.release


def _serves_everywhere(held: Decision, members: Members) -> bool:
    ready = _ready(members)
    return bool(ready) and all(_serves(held, member) for member in ready)
