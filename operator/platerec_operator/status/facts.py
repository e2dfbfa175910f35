"""Everything that the status is folded from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from platerec_operator.api.lookup import Lookup
from platerec_operator.api.reasons import OperatorReason
from platerec_operator.api.recognizer import Recognizer
from platerec_operator.api.rejection import Rejection
from platerec_operator.api.trouble import Trouble
from platerec_operator.status.fleet import Fleet, Reports, fold_fleet
from platerec_operator.status.pods import Pod
from platerec_store.release.decision import Decision
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault


@dataclass(frozen=True)
class Facts:
    """One look at a recognizer and its pods.

    `told`: agents learned the decision just now. `baked` is the release whose bake has just ended well, `rejected` are
    those that must not serve, newest last. `refusals` are children that could not be made, `silent` the pods whose
    agents do not answer, and why.
    """

    recognizer: Recognizer
    now: datetime
    decision: Decision | None = None
    told: bool = False
    baked: str | None = None
    rejected: tuple[Rejection, ...] = ()
    lookup: Lookup = None
    fault: Fault | None = None
    deployment: Mapping[str, Any] | None = None
    pods: tuple[Pod, ...] = ()
    reports: Reports = field(default_factory=dict)
    silent: Mapping[str, str] = field(default_factory=dict)
    refusals: tuple[Trouble, ...] = ()

    @property
    def target(self) -> str | None:
        """The release that is decided."""
        return self.decision.release if self.decision else None

    @property
    def fleet(self) -> Fleet:
        """The pods together."""
        return fold_fleet(self.recognizer, self.decision, self.deployment, self.pods, self.reports)

    @property
    def store_trouble(self) -> Trouble | None:
        """Why no newer release is decided."""
        return Trouble(self.fault.reason, self.fault.message) if self.fault else None

    def troubles(self) -> Iterator[Trouble]:
        """What a person should know of, the causes before their effects."""
        yield from self.refusals
        if self.store_trouble:
            yield self.store_trouble
        yield from _refused_pods(self.deployment)
        yield from (pod.trouble for pod in self.pods if pod.trouble)
        yield from self._of_agents()

    def _of_agents(self) -> Iterator[Trouble]:
        for pod in self.pods:
            report = self.reports.get(pod.name)
            # Triton is not there yet while a pod starts; when it stays away, its container's state says so.
            if report and report.error and report.error.reason is not Reason.TRITON_UNAVAILABLE:
                yield Trouble(report.error.reason, f"Pod {pod.name}: {report.error.message}")
            elif pod.ready and pod.name in self.silent:
                yield Trouble(OperatorReason.AGENT_UNREACHABLE, f"Pod {pod.name}: {self.silent[pod.name]}")


def _refused_pods(deployment: Mapping[str, Any] | None) -> Iterator[Trouble]:
    for condition in (deployment or {}).get("status", {}).get("conditions", ()):
        if condition["type"] == "ReplicaFailure" and condition["status"] == "True":
            yield Trouble(OperatorReason.PODS_REFUSED, f"No pod can be made: {condition.get('message', '')}")
