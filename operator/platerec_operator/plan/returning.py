"""The way back to the release before, and which one that is. Pure."""

from platerec_operator.api.recognizer import Recognizer
from platerec_operator.plan.remembered import Rollout
from platerec_store.release.decision import Choice, Decision

Step = tuple[Decision, Rollout]


def go_back(recognizer: Recognizer, held: Decision, before: Decision, rollout: Rollout) -> Step:
    """To the release before. One that had not baked goes on doing so.

    Where pods were replaced, the template goes back, too; where that was for want of room, without a pod more.
    """
    if held.replaces:
        rollout = rollout.roll_back()
    back = settle(before)
    if rollout.proven is not None:
        back = back.model_copy(update={"baked": False, "previous": rollout.proven})
    tight = held.replaces and recognizer.spec.models.update.strategy == "Auto"
    return back.model_copy(update={"replaces": tight}), rollout.model_copy(update={"proven": None})


def find_base(held: Decision, rollout: Rollout) -> tuple[Choice, Rollout]:
    """What the fleet serves, to go back to; if that has not baked, the last release that has is remembered."""
    if held.phase == "Prepare" and held.previous is not None:
        return held.previous, rollout
    base = Choice(release=held.release, manifest=held.manifest, source=held.source)
    proven = None if held.baked else rollout.proven or held.previous
    return base, rollout.model_copy(update={"proven": proven})


def settle(decision: Decision) -> Decision:
    """Served by all, with nothing to go back to."""
    return decision.model_copy(update={"phase": "Commit", "baked": True, "previous": None, "replaces": False})


def is_before(held: Decision, wanted: Decision) -> bool:
    """Whether it is the release that the held one came after."""
    before = held.previous.manifest if held.previous else None
    return (before, held.profile) == (wanted.manifest, wanted.profile)
