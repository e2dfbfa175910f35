"""Where a recognizer's pods stand, as numbers and release names."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from platerec_operator.api.recognizer import Recognizer
from platerec_operator.status.pods import Pod
from platerec_store.release.decision import Decision
from platerec_store.release.report import Report, Step

Reports = Mapping[str, Report]
"""Pod name -> what its agent says; agents that do not answer are not in it."""

FleetStep = Step | Literal["Bake"]
_ORDER: tuple[Step, ...] = ("Waiting", "Fetch", "Load", "Check", "Prepared", "Commit", "Retire", "Idle")


@dataclass(frozen=True)
class Fleet:
    """The pods of a recognizer together.

    `step` is that of the pod which is furthest from the target, Bake when all are there and the release has not proven
    itself, none at rest; `busy` says whether one of them works, and does not only wait for its fault to go; `stuck`
    whether none will get on by itself.
    """

    wanted: int
    pods: int
    ready: int
    needed: int
    active: str | None
    target: str | None
    step: FleetStep | None
    busy: bool
    stuck: bool
    rolled_out: bool

    @property
    def answers(self) -> bool:
        """Whether enough pods are ready, as disruptions may take some."""
        return self.ready >= self.needed > 0

    @property
    def settled(self) -> bool:
        """Whether nothing is under way."""
        serves = self.active == self.target or self.wanted == 0
        return serves and self.rolled_out and self.pods == self.ready == self.wanted and self.step is None


def fold_fleet(
    recognizer: Recognizer,
    decision: Decision | None,
    deployment: Mapping[str, Any] | None,
    pods: Sequence[Pod],
    reports: Reports,
) -> Fleet:
    """Count the pods, and find the release that most of the ready ones serve."""
    target = decision.release if decision else None
    under_way = _under_way(reports, target)
    ready = [pod for pod in pods if pod.ready]
    active = _active(ready, reports, recognizer.status.get("release", {}).get("active"))
    wanted = recognizer.spec.replicas
    return Fleet(
        wanted=wanted,
        pods=len(pods),
        ready=len(ready),
        needed=_needed(wanted, recognizer.spec.disruption.max_unavailable),
        active=active,
        target=target,
        step=min((report.step for report in under_way), key=_ORDER.index, default=_bakes(decision, active)),
        busy=any(report.error is None or report.target != target for report in under_way),
        stuck=any(report.error is not None and report.error.reason.condemns for report in under_way),
        rolled_out=is_rolled_out(deployment),
    )


def _needed(wanted: int, max_unavailable: int | str) -> int:
    if isinstance(max_unavailable, str):
        share = int(max_unavailable.rstrip("%")) / 100
        max_unavailable = math.ceil(wanted * share)  # as the disruption controller rounds
    return min(wanted, max(1, wanted - max_unavailable))


def _active(ready: Sequence[Pod], reports: Reports, prior: str | None) -> str | None:
    if not ready:
        return None
    served = Counter(reports[pod.name].active for pod in ready if pod.name in reports)
    served.pop(None, None)
    if not served:
        return prior
    most = max(served.values())
    leading = sorted(release for release, count in served.items() if release and count == most)
    return prior if prior in leading else leading[0]


def _under_way(reports: Reports, target: str | None) -> list[Report]:
    """Of the pods that are not there yet."""
    return [report for report in reports.values() if target and (report.active != target or report.step != "Idle")]


def _bakes(decision: Decision | None, active: str | None) -> FleetStep | None:
    watched = decision is not None and not decision.baked and decision.previous is not None
    return "Bake" if watched and decision and decision.release == active else None


def is_rolled_out(deployment: Mapping[str, Any] | None) -> bool:
    """Whether all pods are of its template."""
    if deployment is None:
        return False
    status = deployment.get("status", {})
    return bool(
        status.get("observedGeneration") == deployment["metadata"].get("generation")
        and status.get("updatedReplicas", 0) == status.get("replicas", 0) == deployment["spec"]["replicas"]
    )
