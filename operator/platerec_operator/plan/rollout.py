"""How a fleet moves from one release to another: prepare, commit, bake, and back. Pure.

A release is prepared by every ready pod while the one before serves; when all have, all commit; it has baked when it
did as well under traffic for a while. Pods that are not ready take no part: they join on what is decided. A verdict of
any pod on a release that has not baked sends the fleet back.
"""

from platerec_operator.api.recognizer import Recognizer
from platerec_operator.plan.bake import has_baked
from platerec_operator.plan.look import Look
from platerec_operator.plan.members import (
    Members,
    find_bakes,
    find_ready,
    has_prepared,
    is_down,
    is_elsewhere,
    lacks_room,
    serves_everywhere,
)
from platerec_operator.plan.rejecting import find_verdict, reject
from platerec_operator.plan.remembered import Rollout
from platerec_operator.plan.returning import Step, find_base, go_back, is_before, settle
from platerec_store.release.decision import Decision


def refresh(held: Decision, wanted: Decision) -> Decision:
    """The held release under the settings of now, when it is the one that is wanted."""
    if not _same_models(held, wanted):
        return held
    changed = {"source": wanted.source, "model": wanted.model, "pipeline": wanted.pipeline, "gate": wanted.gate}
    return held.model_copy(update=changed)


def advance(look: Look, held: Decision) -> Step:
    """What follows from what the pods say of the decided release; the held decision when nothing does."""
    rejection = None if held.baked else find_verdict(look, held)
    if rejection:
        return reject(look, held, rejection)
    if _has_replaced(look, held):
        return held.model_copy(update={"replaces": False}), look.rollout
    if held.phase == "Prepare" and all(has_prepared(held, member) for member in find_ready(look.members)):
        return held.model_copy(update={"phase": "Commit"}), look.rollout
    if _must_replace(look, held):
        return held.model_copy(update={"phase": "Commit", "replaces": True}), look.rollout.roll(held.revision + 1)
    if held.phase == "Commit" and not held.baked and _has_proven_itself(look, held):
        return settle(held), look.rollout.acquit(held.manifest)
    return held, look.rollout


def begin(recognizer: Recognizer, held: Decision, wanted: Decision, members: Members, rollout: Rollout) -> Step:
    """The way to another release: in two phases beside what serves, or at once where that would protect nothing."""
    if _same_models(held, wanted):
        return held, rollout
    if is_before(held, wanted):
        return go_back(recognizer, held, wanted, rollout)
    if held.profile != wanted.profile:  # all pods are replaced
        return wanted.model_copy(update={"baked": False}), rollout
    base, rollout = find_base(held, rollout)
    moved = wanted.model_copy(update={"previous": base, "baked": False})
    if not find_ready(members):
        refused = rollout.verdict_on(base.manifest, recognizer) is not None
        return moved.model_copy(update={"previous": None if refused else base}), rollout
    if recognizer.spec.models.update.strategy == "RollingUpdate":
        return moved.model_copy(update={"replaces": True}), rollout.roll(held.revision + 1)
    return moved.model_copy(update={"phase": "Prepare"}), rollout


def _must_replace(look: Look, held: Decision) -> bool:
    """Whether a pod has no room for two releases: to prepare one, to commit what it lost meanwhile, or to go back."""
    may = look.recognizer.spec.models.update.strategy == "Auto" and not held.replaces
    return may and any(lacks_room(look.recognizer, held, member) for member in find_ready(look.members))


def _has_replaced(look: Look, held: Decision) -> bool:
    """Whether no pod will be replaced any more: who still serves another release moves in place.

    While it bakes, that matters only if there is such a pod, and a release that fails goes back the way it came.
    """
    over = held.replaces and look.rolled_out
    return over and (held.baked or any(is_elsewhere(held, member) for member in look.members))


def _has_proven_itself(look: Look, held: Decision) -> bool:
    """Whether all serve it, and for long enough where there is one to go back to."""
    if not serves_everywhere(held, look.members):
        return False
    seconds = look.recognizer.spec.models.update.bake_seconds
    if held.previous is None or seconds == 0:
        return True
    if any(is_down(held, member) for member in look.members):
        return False
    return has_baked([*find_bakes(held, look.members).values()], seconds)


def _same_models(held: Decision, wanted: Decision) -> bool:
    return (held.manifest, held.profile) == (wanted.manifest, wanted.profile)
