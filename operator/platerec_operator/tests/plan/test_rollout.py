"""A fleet on its way from release a to release b, look by look."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from platerec_operator.api.lookup import Found, Lookup
from platerec_operator.plan.bake import Member
from platerec_operator.plan.decide import Look, Verdict, decide_release
from platerec_operator.plan.memory import Memory
from platerec_operator.tests.make import make_recognizer
from platerec_store.release.decision import Decision
from platerec_store.release.manifest import digest_of
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Bake, Fault, Report
from platerec_store.release.traffic import Traffic

NOW = datetime(2026, 11, 23, tzinfo=UTC)
A, B, C = (Found(name, digest_of(name.encode())) for name in "abc")
BUSY = Bake(since=Traffic(answered=100, seconds=10.0))


@dataclass
class Fleet:
    """Pods that know what was decided, and do it when a test says so."""

    names: tuple[str, ...] = ("gate-1", "gate-2")
    spec: dict[str, Any] = field(default_factory=dict)
    held: Decision | None = None
    memory: Memory = field(default_factory=Memory)
    reports: dict[str, Report] = field(default_factory=dict)
    unready: set[str] = field(default_factory=set)
    now: datetime = NOW
    fault: Fault | None = None

    def look(self, lookup: Lookup) -> Decision:
        recognizer = make_recognizer(**self.spec)
        members = tuple(Member(name, name not in self.unready, self.reports.get(name)) for name in self.names)
        verdict: Verdict = decide_release(Look(recognizer, self.held, lookup, members, self.memory, self.now))
        assert verdict.decision is not None
        if self.held and verdict.decision != self.held:
            assert verdict.decision.revision == self.held.revision + 1
        self.held, self.memory, self.fault = verdict.decision, verdict.memory, verdict.fault
        return verdict.decision

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

    def fail(self, name: str, reason: Reason, about: Found | None = None) -> None:
        manifest = about.manifest if about else self.decision.manifest
        fault = Fault(reason=reason, message="It is wrong.", transient=reason.transient, manifest=manifest)
        known = {"revision": self.decision.revision, "target": self.decision.release, "error": fault}
        self.reports[name] = self.reports.get(name, Report()).model_copy(update=known)


@pytest.fixture
def fleet() -> Fleet:
    """Two pods that serve a."""
    fleet = Fleet()
    fleet.look(A)
    fleet.serve()
    fleet.look(A)
    fleet.serve()
    return fleet


def state(decision: Decision) -> tuple[str, str, bool, str | None]:
    return decision.release, decision.phase, decision.baked, decision.previous.release if decision.previous else None


def committed(fleet: Fleet) -> None:
    """Both serve b, and it bakes."""
    fleet.look(B)
    fleet.prepare()
    fleet.look(B)
    fleet.serve(bake=BUSY)


def test_a_first_release_is_checked_by_each_pod_and_settled_when_all_serve() -> None:
    fleet = Fleet()
    assert state(fleet.look(A)) == ("a", "Commit", False, None)
    fleet.serve("gate-1")
    assert not fleet.look(A).baked
    fleet.serve()
    assert state(fleet.look(A)) == ("a", "Commit", True, None)


def test_all_prepare_then_all_commit(fleet: Fleet) -> None:
    assert state(fleet.look(B)) == ("b", "Prepare", False, "a")
    fleet.prepare("gate-1")
    assert fleet.look(B).phase == "Prepare"
    fleet.prepare()
    assert state(fleet.look(B)) == ("b", "Commit", False, "a")


def test_what_was_prepared_for_an_older_decision_does_not_count(fleet: Fleet) -> None:
    fleet.look(B)
    fleet.prepare()
    fleet.spec = {"pipeline": {"maxPlates": 3}}
    fleet.reports = {name: report.model_copy(update={"revision": 1}) for name, report in fleet.reports.items()}
    assert fleet.look(B).phase == "Prepare"


def test_a_pod_that_is_not_ready_is_not_waited_for(fleet: Fleet) -> None:
    fleet.unready.add("gate-2")
    fleet.look(B)
    fleet.prepare("gate-1")
    assert fleet.look(B).phase == "Commit"


def test_where_no_pod_serves_there_is_nothing_to_protect(fleet: Fleet) -> None:
    fleet.unready.update(fleet.names)
    assert state(fleet.look(B)) == ("b", "Commit", False, "a")
    fleet.fail("gate-1", Reason.GATE_FAILED)
    assert state(fleet.look(B)) == ("a", "Commit", True, None)


def test_a_release_settles_when_it_has_baked(fleet: Fleet) -> None:
    committed(fleet)
    fleet.now += timedelta(seconds=119)
    assert not fleet.look(B).baked
    fleet.now += timedelta(seconds=2)
    assert state(fleet.look(B)) == ("b", "Commit", True, None)


@pytest.mark.parametrize("reason", [Reason.MODEL_REFUSED, Reason.GATE_FAILED])
@pytest.mark.parametrize("ready", [True, False], ids=["a ready pod", "a pod that joins"])
def test_the_verdict_of_one_pod_rejects_a_release(fleet: Fleet, reason: Reason, ready: bool) -> None:
    fleet.look(B)
    if not ready:
        fleet.unready.add("gate-2")
    fleet.prepare("gate-1")
    fleet.fail("gate-2", reason)
    assert state(fleet.look(B)) == ("a", "Commit", True, None)
    fleet.serve()
    for _ in range(3):
        assert fleet.look(B).release == "a"
    assert fleet.fault is not None
    assert fleet.fault.reason is reason
    assert "pod gate-2: It is wrong." in fleet.fault.message


def test_a_verdict_in_a_commit_brings_all_back(fleet: Fleet) -> None:
    committed(fleet)
    fleet.fail("gate-2", Reason.MODEL_REFUSED)
    assert state(fleet.look(B)) == ("a", "Commit", True, None)


@pytest.mark.parametrize(
    "reason", [Reason.STORE_UNREACHABLE, Reason.DISK_FULL, Reason.TRITON_UNAVAILABLE, Reason.BLOB_CORRUPT]
)
def test_a_fault_that_is_not_the_releases_own_condemns_nothing(fleet: Fleet, reason: Reason) -> None:
    fleet.spec = {"models": {"update": {"strategy": "InPlace"}}}
    fleet.look(B)
    fleet.prepare("gate-1")
    fleet.fail("gate-2", reason)
    assert state(fleet.look(B)) == ("b", "Prepare", False, "a")
    assert fleet.memory == Memory()


def test_a_pod_that_cannot_load_what_the_others_serve_says_nothing_of_the_new_release(fleet: Fleet) -> None:
    fleet.look(B)
    fleet.unready.add("gate-2")
    fleet.fail("gate-2", Reason.MODEL_REFUSED, about=A)
    assert fleet.look(B).release == "b"


def test_a_rejected_release_is_tried_again_under_another_spec(fleet: Fleet) -> None:
    fleet.look(B)
    fleet.fail("gate-1", Reason.GATE_FAILED)
    fleet.look(B)
    fleet.serve()
    fleet.spec = {"replicas": 9}
    assert fleet.look(B).release == "a", "the number of pods does not make a release better"
    fleet.spec = {"models": {"gate": {"minExactMatch": 0.5}}}
    assert state(fleet.look(B)) == ("b", "Prepare", False, "a")


def test_after_a_rejection_another_release_has_its_chance(fleet: Fleet) -> None:
    fleet.look(B)
    fleet.fail("gate-1", Reason.GATE_FAILED)
    fleet.look(B)
    fleet.serve()
    assert state(fleet.look(C)) == ("c", "Prepare", False, "a")


def test_a_first_release_that_is_refused_stays_until_there_is_another() -> None:
    fleet = Fleet(unready={"gate-1", "gate-2"})
    fleet.look(A)
    fleet.fail("gate-1", Reason.MODEL_REFUSED)
    assert state(fleet.look(A)) == ("a", "Commit", False, None)
    assert state(fleet.look(B)) == ("b", "Commit", False, None)


def test_a_release_that_fails_requests_while_it_bakes_is_undone(fleet: Fleet) -> None:
    committed(fleet)
    fleet.serve("gate-2", bake=Bake(since=Traffic(answered=50, failed=50, seconds=5.0)))
    assert state(fleet.look(B)) == ("a", "Commit", True, None)
    fleet.serve()
    fleet.look(B)
    assert fleet.fault is not None
    assert fleet.fault.reason is Reason.BAKE_FAILED


def test_what_has_baked_is_not_judged_any_more(fleet: Fleet) -> None:
    fleet.serve(bake=Bake(since=Traffic(failed=100)))
    assert fleet.look(A).release == "a"
    fleet.fail("gate-1", Reason.GATE_FAILED)
    assert fleet.look(A).release == "a"


def test_a_promotion_while_a_release_is_prepared_takes_its_place(fleet: Fleet) -> None:
    fleet.look(B)
    fleet.prepare("gate-1")
    assert state(fleet.look(C)) == ("c", "Prepare", False, "a")


def test_a_promotion_while_a_release_bakes_starts_from_that_release(fleet: Fleet) -> None:
    committed(fleet)
    assert state(fleet.look(C)) == ("c", "Prepare", False, "b")


def test_a_release_that_has_not_baked_goes_on_baking_when_the_next_one_is_rejected(fleet: Fleet) -> None:
    committed(fleet)
    fleet.look(C)
    fleet.fail("gate-1", Reason.GATE_FAILED)
    assert state(fleet.look(C)) == ("b", "Commit", False, "a")
    fleet.serve(bake=Bake(since=Traffic(answered=50, failed=50, seconds=5.0)))
    assert state(fleet.look(C)) == ("a", "Commit", True, None)


def test_a_release_that_has_not_baked_goes_on_baking_when_the_next_one_is_called_off(fleet: Fleet) -> None:
    committed(fleet)
    fleet.look(C)
    assert state(fleet.look(B)) == ("b", "Commit", False, "a")


def test_settings_reach_pods_whose_release_was_rejected_before(fleet: Fleet) -> None:
    """The verdict holds back another release, never the settings of the one that serves."""
    fleet.look(B)
    fleet.fail("gate-1", Reason.GATE_FAILED)
    fleet.look(B)
    fleet.serve()
    fleet.spec = {"pipeline": {"maxPlates": 3}}
    fleet.look(B)
    fleet.prepare()
    fleet.look(B)
    fleet.serve(bake=BUSY)
    fleet.now += timedelta(seconds=121)
    fleet.look(B)
    fleet.spec = {}
    decision = fleet.look(B)
    assert (decision.release, decision.pipeline.max_plates) == ("b", 64)


def test_a_first_release_that_was_refused_is_tried_again_under_another_gate() -> None:
    fleet = Fleet(unready={"gate-1", "gate-2"})
    fleet.look(A)
    fleet.fail("gate-1", Reason.GATE_FAILED)
    fleet.look(A)
    fleet.spec = {"models": {"gate": {"minExactMatch": 0.5}}}
    assert fleet.look(A).gate.min_exact_match == 0.5
    assert fleet.look(A).gate.min_exact_match == 0.5


def test_a_rollback_while_a_release_is_prepared_calls_it_off(fleet: Fleet) -> None:
    fleet.look(B)
    assert state(fleet.look(A)) == ("a", "Commit", True, None)


def test_a_rollback_while_a_release_bakes_needs_no_preparation(fleet: Fleet) -> None:
    committed(fleet)
    assert state(fleet.look(A)) == ("a", "Commit", True, None)


def test_an_outage_of_the_store_stops_no_swap_that_has_begun(fleet: Fleet) -> None:
    fleet.look(B)
    fleet.prepare()
    outage = Fault(reason=Reason.STORE_UNREACHABLE, message="It does not answer.", transient=True)
    assert fleet.look(outage).phase == "Commit"
    assert fleet.fault == outage


def test_another_profile_replaces_all_pods(fleet: Fleet) -> None:
    fleet.spec = {"profile": "gpu-torchscript"}
    assert state(fleet.look(A)) == ("a", "Commit", False, None)


class TestReplacement:
    """Pods that are replaced, because somebody wants it or because two releases do not fit."""

    def test_auto_replaces_pods_when_two_releases_do_not_fit(self, fleet: Fleet) -> None:
        fleet.look(B)
        fleet.fail("gate-1", Reason.MEMORY_SHORT)
        decision = fleet.look(B)
        assert state(decision) == ("b", "Commit", False, "a")
        assert decision.replaces
        assert fleet.memory.rolled is not None

    def test_in_place_waits_for_room(self, fleet: Fleet) -> None:
        fleet.spec = {"models": {"update": {"strategy": "InPlace"}}}
        fleet.look(B)
        fleet.fail("gate-1", Reason.MEMORY_SHORT)
        assert fleet.look(B).phase == "Prepare"

    def test_rolling_update_replaces_pods_from_the_start(self, fleet: Fleet) -> None:
        fleet.spec = {"models": {"update": {"strategy": "RollingUpdate"}}}
        assert fleet.look(B).replaces
        fleet.serve(bake=BUSY)
        fleet.now += timedelta(seconds=121)
        rolled = fleet.memory.rolled
        assert not fleet.look(B).replaces
        assert fleet.memory.rolled == rolled is not None, "or settling would replace the pods once more"

    def test_a_rejected_release_brings_the_pods_of_the_one_before_back(self, fleet: Fleet) -> None:
        fleet.spec = {"models": {"update": {"strategy": "RollingUpdate"}}}
        fleet.look(B)
        fleet.names = ("gate-1", "gate-3")
        fleet.unready.add("gate-3")
        fleet.fail("gate-3", Reason.GATE_FAILED)
        assert state(fleet.look(B)) == ("a", "Commit", True, None)
        assert fleet.memory.rolled is None
