"""Which release a recognizer's pods shall serve."""

from dataclasses import dataclass
from typing import Self

from platerec_operator.api.lookup import Found
from platerec_operator.api.recognizer import Recognizer
from platerec_operator.plan.look import Look
from platerec_operator.plan.remembered import Rollout
from platerec_operator.plan.rollout import advance, begin, refresh
from platerec_store.release.decision import Decision
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault


@dataclass(frozen=True)
class Decided:
    """The decision, what is to be remembered, and what stands in the way of a newer release."""

    decision: Decision | None
    rollout: Rollout
    fault: Fault | None = None

    def find_baked(self, before: Self) -> str | None:
        """The release that had not baked before, and has now; a first one does not bake."""
        old, new = before.decision, self.decision
        if old is None or new is None or old.previous is None:
            return None
        return new.release if new.baked and not old.baked and old.manifest == new.manifest else None


def decide_release(look: Look) -> Decided:
    """One step towards what the store names; while it names nothing usable, or updates are paused, what was decided.

    Every decision that differs from the held one has a higher revision, and than what pods have obeyed. The first one's
    is the time in seconds: should the ConfigMap be lost, what is decided anew is still newer than all before.
    """
    recognizer, held = look.recognizer, look.held
    wanted, fault = _find(look)
    if held is None:
        first = {"revision": int(look.now.timestamp()), "baked": False}
        return Decided(wanted and wanted.model_copy(update=first), look.rollout, fault)
    decision, rollout = (refresh(held, wanted) if wanted else held), look.rollout
    if decision == held:  # else what pods say is about other settings
        decision, rollout = advance(look, held)
    rejection = rollout.verdict_on(wanted.manifest, recognizer) if wanted else None
    if wanted and rejection is None:
        decision, rollout = begin(recognizer, decision, wanted, look.members, rollout)
    elif wanted and rejection and wanted.manifest != decision.manifest:
        fault = Fault(reason=rejection.reason, message=_say(rejection.message), transient=False)
    newest = max([held.revision, *(member.report.revision for member in look.members if member.report)])
    if decision != held or held.revision < newest:
        decision = decision.model_copy(update={"revision": newest + 1})
    return Decided(decision, rollout, fault)


def _say(message: str) -> str:
    return f"{message} It is not tried again until the store names another release or the spec changes."


def _find(look: Look) -> tuple[Decision | None, Fault | None]:
    """What the store names, as a decision; None to stay with what was decided, and why if that is a fault."""
    recognizer, held, lookup = look.recognizer, look.held, look.lookup
    if not isinstance(lookup, Found):
        return (_refreshed(held, recognizer) if held else None), lookup
    found = _build_decision(recognizer, lookup)
    if held is None:
        return found, None
    if recognizer.spec.models.update.paused:
        return _refreshed(held, recognizer), None
    if _is_forged(held, found):
        return _refreshed(held, recognizer), _forgery(found)
    return found, None


def _build_decision(recognizer: Recognizer, found: Found) -> Decision:
    models, pipeline = recognizer.spec.models, recognizer.spec.pipeline
    return Decision(
        release=found.release,
        manifest=found.manifest,
        profile=recognizer.spec.profile,
        model=pipeline.model,
        source=models.source.for_agents(),
        pipeline=pipeline.for_agents(),
        gate=models.gate,
    )


def _refreshed(held: Decision, recognizer: Recognizer) -> Decision:
    """The held release under the settings of now; source and profile stay, for they are where its files are."""
    settings = {"pipeline": recognizer.spec.pipeline.for_agents(), "gate": recognizer.spec.models.gate}
    return held.model_copy(update=settings)


def _is_forged(held: Decision, found: Decision) -> bool:
    """Whether a release changed behind its name, which must never happen."""
    same = held.release == found.release and held.source == found.source
    return same and held.manifest != found.manifest


def _forgery(found: Decision) -> Fault:
    return Fault(
        reason=Reason.MANIFEST_CHANGED,
        message=f"The manifest of release {found.release!r} in {found.source.s3.url()} is not the one that was "
        "verified: a release never changes; publish the models under a new name.",
        transient=True,
    )
