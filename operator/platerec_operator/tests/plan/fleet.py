"""A fleet on its way from one release to another, look by look."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from platerec_operator.api.lookup import Found, Lookup
from platerec_operator.plan.decide import Decided, decide_release
from platerec_operator.plan.look import Look
from platerec_operator.plan.members import Member
from platerec_operator.plan.remembered import Rollout
from platerec_operator.tests.make import make_recognizer
from platerec_store.release.decision import Decision
from platerec_store.release.manifest import digest_of
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Bake, Fault, Report
from platerec_store.release.traffic import Traffic

NOW = datetime(2026, 11, 23, tzinfo=UTC)
A, B, C = (Found(name, digest_of(name.encode())) for name in "abc")
BUSY = Bake(since=Traffic(answered=100, seconds=10.0))
FAILING = Bake(since=Traffic(answered=50, failed=50, seconds=5.0))


@dataclass
class Fleet:
    """Pods that know what was decided, and do it when a test says so."""

    names: tuple[str, ...] = ("gate-1", "gate-2")
    spec: dict[str, Any] = field(default_factory=dict)
    held: Decision | None = None
    rollout: Rollout = field(default_factory=Rollout)
    reports: dict[str, Report] = field(default_factory=dict)
    unready: set[str] = field(default_factory=set)
    rolled_out: bool = False
    now: datetime = NOW
    fault: Fault | None = None

    def look(self, lookup: Lookup) -> Decision:
        recognizer = make_recognizer(**self.spec)
        members = tuple(Member(name, name not in self.unready, self.reports.get(name)) for name in self.names)
        look = Look(recognizer, self.held, lookup, members, self.rollout, self.now, self.rolled_out)
        decided: Decided = decide_release(look)
        assert decided.decision is not None
        if self.held and decided.decision != self.held:
            assert decided.decision.revision > self.held.revision
        self.held, self.rollout, self.fault = decided.decision, decided.rollout, decided.fault
        return decided.decision

    @property
    def decision(self) -> Decision:
        assert self.held is not None
        return self.held

    def prepare(self, *names: str) -> None:
        known = {"revision": self.decision.revision, "target": self.decision.release}
        for name in names or self.names:
            before = self.reports[name]
            self.reports[name] = before.model_copy(update={**known, "prepared": self.decision.manifest})

    def serve(self, *names: str, bake: Bake | None = None) -> None:
        release, revision = self.decision.release, self.decision.revision
        for name in names or self.names:
            self.reports[name] = Report(
                active=release,
                serving=self.decision.manifest,
                target=release,
                revision=revision,
                committed=self.now,
                bake=bake,
            )

    def stay(self, *names: str) -> None:
        """The pods know the decision and keep what they serve, for others will take their place."""
        for name in names:
            known = {"revision": self.decision.revision, "target": self.decision.release}
            self.reports[name] = self.reports[name].model_copy(update=known)

    def wait(self, seconds: int) -> None:
        """Time goes by, for the operator and for pods that serve."""
        self.now += timedelta(seconds=seconds)
        for name, report in self.reports.items():
            if report.bake and name not in self.unready:
                bake = report.bake.model_copy(update={"seconds": report.bake.seconds + seconds})
                self.reports[name] = report.model_copy(update={"bake": bake})

    def fail(self, name: str, reason: Reason, about: Found | None = None) -> None:
        manifest = about.manifest if about else self.decision.manifest
        fault = Fault(reason=reason, message="It is wrong.", transient=reason.transient, manifest=manifest)
        known = {"revision": self.decision.revision, "target": self.decision.release, "error": fault}
        self.reports[name] = self.reports.get(name, Report()).model_copy(update=known)


def state(decision: Decision) -> tuple[str, str, bool, str | None]:
    """Release, phase, whether it has baked, and the release to go back to."""
    return decision.release, decision.phase, decision.baked, decision.previous.release if decision.previous else None


def committed(fleet: Fleet) -> None:
    """Both serve b, and it bakes."""
    fleet.look(B)
    fleet.prepare()
    fleet.look(B)
    fleet.serve(bake=BUSY)


def settled(fleet: Fleet, found: Found) -> None:
    """All serve it, and it has baked."""
    fleet.serve(bake=BUSY)
    fleet.wait(121)
    assert fleet.look(found).baked
    fleet.serve(bake=BUSY)
