"""What speaks against the release that is on its way in, and what follows. Pure."""

from platerec_operator.api.rejection import Rejection
from platerec_operator.plan.bake import judge_bake
from platerec_operator.plan.look import Look
from platerec_operator.plan.members import TOO_LITTLE, find_bakes
from platerec_operator.plan.remembered import digest_spec
from platerec_operator.plan.returning import Step, go_back
from platerec_store.release.decision import Decision
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault, Report


def find_verdict(look: Look, held: Decision) -> Rejection | None:
    """The verdict of a pod, or of the bake, on the release that is on its way in."""
    for member in look.members:
        report = member.report
        if report and report.error and report.revision == held.revision and _is_verdict(held, report, report.error):
            why = f"pod {member.name}: {report.error.message}"
            return _build_rejection(look, held, report.error.reason, why)
    if held.phase == "Commit" and held.previous is not None:
        bake_seconds = look.recognizer.spec.models.update.bake_seconds
        wrong = judge_bake(find_bakes(held, look.members), held.gate, bake_seconds)
        if wrong:
            return _build_rejection(look, held, Reason.BAKE_FAILED, wrong)
    return None


def _build_rejection(look: Look, held: Decision, reason: Reason, why: str) -> Rejection:
    return Rejection(
        release=held.release,
        manifest=held.manifest,
        spec=digest_spec(look.recognizer),
        reason=reason,
        message=f"Release {held.release} is rejected: {why}",
        at=look.now,
    )


def _is_verdict(held: Decision, report: Report, error: Fault) -> bool:
    """Whether it speaks against the release; for want of room, only where nothing else takes any."""
    alone = held.replaces and report.active is None
    return error.condemns(held.manifest) or (alone and error.reason in TOO_LITTLE)


def reject(look: Look, held: Decision, rejection: Rejection) -> Step:
    """Back to the release before; a first release has none, and stays decided."""
    known = any((each.manifest, each.spec) == (rejection.manifest, rejection.spec) for each in look.rollout.rejected)
    after = look.rollout if known else look.rollout.reject(rejection)
    if held.previous is None:
        return held, after
    before = {name: getattr(held.previous, name) for name in ("release", "manifest", "source")}
    return go_back(look.recognizer, held, held.model_copy(update=before), after)
