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
from platerec_store.release.report import Fault, Report

Members = Sequence[Member]
Step = tuple[Decision, Memory]

_TOO_LITTLE = {Reason.MEMORY_SHORT, Reason.DISK_FULL}
"""Two releases do not fit into one pod."""


def refresh(held: Decision, wanted: Decision) -> Decision:
    """The held release under the settings of now, when it is the one that is wanted."""
    if not _same_models(held, wanted):
        return held
    changed = {"source": wanted.source, "model": wanted.model, "pipeline": wanted.pipeline, "gate": wanted.gate}
    return held.model_copy(update=changed)


def advance(recognizer: Recognizer, held: Decision, members: Members, memory: Memory, now: datetime) -> Step:
    """What follows from what the pods say of the decided release; the held decision when nothing does."""
    if held.baked:
        return held, memory
    rejection = _find_verdict(recognizer, held, members, now)
    if rejection:
        return _reject(recognizer, held, memory, rejection)
    if held.phase == "Prepare":
        return _prepare(recognizer, held, members, memory)
    if _serves_everywhere(held, members) and (
        held.previous is None or has_baked(_ready(members), recognizer.spec.models.update.bake_seconds, now)
    ):
        return _settled(held), memory.acquit(held.manifest)
    return held, memory


def begin(recognizer: Recognizer, held: Decision, wanted: Decision, members: Members, memory: Memory) -> Step:
    """The way to another release: in two phases beside what serves, or at once where that would protect nothing."""
    if _same_models(held, wanted):
        return held, memory
    if _is_before(held, wanted):
        return _return(recognizer, held, wanted, memory)
    if held.profile != wanted.profile:  # all pods are replaced
        return wanted.model_copy(update={"baked": False}), memory
    base, memory = _base(held, memory)
    moved = wanted.model_copy(update={"previous": base, "baked": False})
    if not _ready(members):
        refused = memory.verdict_on(base.manifest, recognizer) is not None
        return moved.model_copy(update={"previous": None if refused else base}), memory
    if recognizer.spec.models.update.strategy == "RollingUpdate":
        return moved.model_copy(update={"replaces": True}), memory.roll(held.revision + 1)
    return moved.model_copy(update={"phase": "Prepare"}), memory


def _prepare(recognizer: Recognizer, held: Decision, members: Members, memory: Memory) -> Step:
    ready = _ready(members)
    if all(_has_prepared(held, member) for member in ready):
        return held.model_copy(update={"phase": "Commit"}), memory
    if recognizer.spec.models.update.strategy == "Auto" and any(_lacks_room(recognizer, held, each) for each in ready):
        return held.model_copy(update={"phase": "Commit", "replaces": True}), memory.roll(held.revision + 1)
    return held, memory


def _find_verdict(recognizer: Recognizer, held: Decision, members: Members, now: datetime) -> Rejection | None:
    """The verdict of a pod, or of the bake, on the release that is on its way in."""
    for member in members:
        report = member.report
        if report and report.error and report.revision == held.revision and _is_verdict(held, report, report.error):
            why = f"pod {member.name}: {report.error.message}"
            return _build_rejection(recognizer, held, report.error.reason, why, now)
    if held.phase == "Commit" and held.previous is not None:
        serving = [member for member in _ready(members) if _serves(held, member)]
        wrong = judge_bake(serving, held.gate, recognizer.spec.models.update.bake_seconds, now)
        if wrong:
            return _build_rejection(recognizer, held, Reason.BAKE_FAILED, wrong, now)
    return None


def _build_rejection(recognizer: Recognizer, held: Decision, reason: Reason, why: str, now: datetime) -> Rejection:
    return Rejection(
        release=held.release,
        manifest=held.manifest,
        spec=digest_spec(recognizer),
        reason=reason,
        message=f"Release {held.release} is rejected: {why}",
        at=now,
    )


def _reject(recognizer: Recognizer, held: Decision, memory: Memory, rejection: Rejection) -> Step:
    """Back to the release before; a first release has none, and stays decided."""
    known = any((each.manifest, each.spec) == (rejection.manifest, rejection.spec) for each in memory.rejected)
    after = memory if known else memory.reject(rejection)
    if held.previous is None:
        return held, after
    before = {name: getattr(held.previous, name) for name in ("release", "manifest", "source")}
    return _return(recognizer, held, held.model_copy(update=before), after)


def _return(recognizer: Recognizer, held: Decision, before: Decision, memory: Memory) -> Step:
    """To the release before. One that had not baked goes on doing so.

    Where pods were replaced, the template goes back, too; where that was for want of room, without a pod more.
    """
    if held.replaces:
        memory = memory.roll_back()
    back = _settled(before)
    if memory.proven is not None:
        back = back.model_copy(update={"baked": False, "previous": memory.proven})
    tight = held.replaces and recognizer.spec.models.update.strategy == "Auto"
    return back.model_copy(update={"replaces": tight}), memory.model_copy(update={"proven": None})


def _is_verdict(held: Decision, report: Report, error: Fault) -> bool:
    """Whether it speaks against the release; for want of room, only where nothing else takes any."""
    alone = held.replaces and report.active is None
    return error.condemns(held.manifest) or (alone and error.reason in _TOO_LITTLE)


def _settled(decision: Decision) -> Decision:
    """Served by all, with nothing to go back to."""
    return decision.model_copy(update={"phase": "Commit", "baked": True, "previous": None, "replaces": False})


def _base(held: Decision, memory: Memory) -> tuple[Choice, Memory]:
    """What the fleet serves, to go back to; if that has not baked, the last release that has is remembered."""
    if held.phase == "Prepare" and held.previous is not None:
        return held.previous, memory
    base = Choice(release=held.release, manifest=held.manifest, source=held.source)
    proven = None if held.baked else memory.proven or held.previous
    return base, memory.model_copy(update={"proven": proven})


def _same_models(held: Decision, wanted: Decision) -> bool:
    return (held.manifest, held.profile) == (wanted.manifest, wanted.profile)


def _is_before(held: Decision, wanted: Decision) -> bool:
    """Whether it is the release that the held one came after."""
    before = held.previous.manifest if held.previous else None
    return (before, held.profile) == (wanted.manifest, wanted.profile)


def _ready(members: Members) -> list[Member]:
    return [member for member in members if member.ready]


def _has_prepared(held: Decision, member: Member) -> bool:
    report = member.report
    return report is not None and (report.prepared, report.revision) == (held.manifest, held.revision)


def _lacks_room(recognizer: Recognizer, held: Decision, member: Member) -> bool:
    """Whether two releases do not fit; a claim that is full is as full for another pod."""
    report = member.report
    if report is None or report.error is None or report.revision != held.revision:
        return False
    kept = recognizer.spec.models.cache.pvc_name is not None
    return report.error.reason in _TOO_LITTLE and not (kept and report.error.reason is Reason.DISK_FULL)


def _serves(held: Decision, member: Member) -> bool:
    report = member.report
    return report is not None and (report.serving, report.revision) == (held.manifest, held.revision)


def _serves_everywhere(held: Decision, members: Members) -> bool:
    ready = _ready(members)
    return bool(ready) and all(_serves(held, member) for member in ready)
