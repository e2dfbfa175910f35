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
        return _reject(held, memory, rejection)
    if held.phase == "Prepare":
        return _prepare(recognizer, held, members, memory)
    if _serves_everywhere(held, members) and (
        held.previous is None or has_baked(_ready(members), recognizer.spec.models.update.bake_seconds, now)
    ):
        return _settled(held), memory
    return held, memory


def begin(recognizer: Recognizer, held: Decision, wanted: Decision, members: Members, memory: Memory) -> Step:
    """The way to another release: in two phases beside what serves, or at once where that would protect nothing."""
    if _same_models(held, wanted):
        return held, memory
    if _is_before(held, wanted):
        return _undo(held, wanted, memory)
    if held.profile != wanted.profile:  # all pods are replaced
        return wanted.model_copy(update={"baked": False}), memory
    base, memory = _base(held, memory)
    moved = wanted.model_copy(update={"previous": base, "baked": False})
    if not _ready(members):
        refused = memory.verdict_on(base.manifest, recognizer) is not None
        return moved.model_copy(update={"previous": None if refused else base}), memory
    if recognizer.spec.models.update.strategy == "RollingUpdate":
        return moved.model_copy(update={"replaces": True}), memory.roll(wanted.manifest)
    return moved.model_copy(update={"phase": "Prepare"}), memory


def _undo(held: Decision, wanted: Decision, memory: Memory) -> Step:
    """To the release before: a preparation is called off, or what has not baked gives way to what is still loaded."""
    if held.phase == "Prepare":
        return _back(wanted, memory)
    return _settled(wanted), memory.roll_back() if held.replaces else memory


def _prepare(recognizer: Recognizer, held: Decision, members: Members, memory: Memory) -> Step:
    ready = _ready(members)
    if all(_has_prepared(held, member) for member in ready):
        return held.model_copy(update={"phase": "Commit"}), memory.model_copy(update={"proven": None})
    if recognizer.spec.models.update.strategy == "Auto" and any(_lacks_room(held, member) for member in ready):
        return held.model_copy(update={"phase": "Commit", "replaces": True}), memory.roll(held.manifest)
    return held, memory


def _find_verdict(recognizer: Recognizer, held: Decision, members: Members, now: datetime) -> Rejection | None:
    """The verdict of a pod, or of the bake, on the release that is on its way in."""
    for member in members:
        report = member.report
        if report and report.error and report.revision == held.revision and report.error.condemns(held.manifest):
            why = f"pod {member.name}: {report.error.message}"
            return _build_rejection(recognizer, held, report.error.reason, why, now)
    if held.phase == "Commit" and held.previous is not None:
        serving = [member for member in _ready(members) if _serves(held, member)]
        wrong = judge_bake(serving, held.gate)
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


def _reject(held: Decision, memory: Memory, rejection: Rejection) -> Step:
    """Back to the release before; a first release has none, and stays decided."""
    known = any((each.manifest, each.spec) == (rejection.manifest, rejection.spec) for each in memory.rejected)
    after = memory if known else memory.reject(rejection)
    if held.previous is None:
        return held, after
    before = {name: getattr(held.previous, name) for name in ("release", "manifest", "source")}
    back, after = _back(held.model_copy(update=before), after)
    # Where two releases do not fit, pods are brought back as they were replaced: without one more.
    return back.model_copy(update={"replaces": held.replaces}), after.roll_back() if held.replaces else after


def _back(decision: Decision, memory: Memory) -> Step:
    """To what the fleet serves; when that had not baked, it goes on doing so."""
    if memory.proven is None:
        return _settled(decision), memory
    baking = {"phase": "Commit", "baked": False, "previous": memory.proven, "replaces": False}
    return decision.model_copy(update=baking), memory.model_copy(update={"proven": None})


def _settled(decision: Decision) -> Decision:
    """Served by all, with nothing to go back to."""
    return decision.model_copy(update={"phase": "Commit", "baked": True, "previous": None, "replaces": False})


def _base(held: Decision, memory: Memory) -> tuple[Choice, Memory]:
    """What the fleet serves, to go back to; if that has not baked, the last release that has is remembered."""
    if held.phase == "Prepare" and held.previous is not None:
        return held.previous, memory
    base = Choice(release=held.release, manifest=held.manifest, source=held.source)
    return base, memory.model_copy(update={"proven": None if held.baked else held.previous})


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


def _lacks_room(held: Decision, member: Member) -> bool:
    report = member.report
    return bool(report and report.error and report.revision == held.revision and report.error.reason in _TOO_LITTLE)


def _serves(held: Decision, member: Member) -> bool:
    return member.report is not None and member.report.active == held.release


def _serves_everywhere(held: Decision, members: Members) -> bool:
    ready = _ready(members)
    return bool(ready) and all(_serves(held, member) for member in ready)
