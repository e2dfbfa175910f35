"""Which release a recognizer's pods shall serve."""

from dataclasses import dataclass

from platerec_operator.api.lookup import Found, Lookup
from platerec_operator.api.recognizer import Recognizer
from platerec_store.release.decision import Decision
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault


@dataclass(frozen=True)
class Verdict:
    """The decision, and what stands in the way of a newer one."""

    decision: Decision | None
    fault: Fault | None = None


def decide_release(recognizer: Recognizer, held: Decision | None, lookup: Lookup) -> Verdict:
    """What the store names; while it names nothing usable, or updates are paused, what was decided before.

    A held decision keeps its source and profile: they are where its files are.
    """
    if isinstance(lookup, Found) and not (held and recognizer.spec.models.update.paused):
        found = _build_decision(recognizer, lookup)
        if held and _is_forged(held, found):
            return Verdict(_with_settings(held, recognizer), _forgery(found))
        return Verdict(found)
    fault = lookup if isinstance(lookup, Fault) else None
    return Verdict(_with_settings(held, recognizer) if held else None, fault)


def _build_decision(recognizer: Recognizer, found: Found) -> Decision:
    return Decision(
        release=found.release,
        manifest=found.manifest,
        profile=recognizer.spec.profile,
        model=recognizer.spec.pipeline.model,
        source=recognizer.spec.models.source.for_agents(),
        pipeline=recognizer.spec.pipeline.for_agents(),
    )


def _with_settings(held: Decision, recognizer: Recognizer) -> Decision:
    return held.model_copy(update={"pipeline": recognizer.spec.pipeline.for_agents()})


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
