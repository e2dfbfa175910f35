"""What speaks against the release that is on its way in, and what follows. Pure."""

from datetime import datetime

from platerec_operator.api.recognizer import Recognizer
from platerec_operator.api.rejection import Rejection
from platerec_operator.plan.bake import judge_bake
from platerec_operator.plan.members import TOO_LITTLE, Members, find_bakes
from platerec_operator.plan.remembered import Rollout, digest_spec
from platerec_operator.plan.returning import Step, go_back
from platerec_store.release.decision import Decision
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault, Report


def find_verdict(recognizer: Recognizer, held: Decision, members: Members, now: datetime) -> Rejection | None:
    """The verdict of a pod, or of the bake, on the release that is on its way in."""
    for member in members:
        report = member.report
        if report and report.error and report.revision == held.revision and _is_verdict(held, report, report.error):
            why = f"pod {member.name}: {report.error.message}"
            return _build_rejection(recognizer, held, report.error.reason, why, now)
    if held.phase == "Commit" and held.previous is not None:
        bake_seconds = recognizer.spec.models.update.bake_seconds
        wrong = judge_bake(find_bakes(held, members), held.gate, bake_seconds)
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


def _is_verdict(held: Decision, report: Report, error: Fault) -> bool:
    """Whether it speaks against the release; for want of room, only where nothing else takes any."""
    alone = held.replaces and report.active is None
    return error.condemns(held.manifest) or (alone and error.reason in TOO_LITTLE)


def reject(recognizer: Recognizer, held: Decision, rollout: Rollout, rejection: Rejection) -> Step:
    """Back to the release before; a first release has none, and stays decided."""
    known = any((each.manifest, each.spec) == (rejection.manifest, rejection.spec) for each in rollout.rejected)
    after = rollout if known else rollout.reject(rejection)
    if held.previous is None:
        return held, after
    before = {name: getattr(held.previous, name) for name in ("release", "manifest", "source")}
    return go_back(recognizer, held, held.model_copy(update=before), after)
