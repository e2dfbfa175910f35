"""A fleet that goes back to the release before: by a verdict of a pod, by its bake, or because somebody wants it."""

import pytest

from platerec_operator.plan.remembered import Rollout
from platerec_operator.tests.plan.fleet import BUSY, FAILING, A, B, C, Fleet, committed, settled, state
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Bake, Fault, Report
from platerec_store.release.traffic import Traffic


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


def test_a_fleet_that_was_not_ready_when_a_release_came_goes_back_all_the_same(fleet: Fleet) -> None:
    """What it served before is known to be good."""
    fleet.names = ("gate-1",)
    fleet.unready.add("gate-1")
    fleet.look(B)
    fleet.fail("gate-1", Reason.GATE_FAILED)
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
    assert fleet.rollout == Rollout()


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


def test_a_verdict_in_other_words_is_remembered_once() -> None:
    fleet = Fleet(unready={"gate-1", "gate-2"})
    fleet.look(A)
    for words in ("Stub 7 died.", "Stub 8 died."):
        fault = Fault(reason=Reason.MODEL_REFUSED, message=words, transient=False, manifest=A.manifest)
        fleet.reports["gate-1"] = Report(target="a", revision=fleet.decision.revision, error=fault)
        fleet.look(A)
    assert len(fleet.rollout.rejected) == 1


def test_a_release_that_served_well_in_the_end_can_be_gone_back_to() -> None:
    fleet = Fleet(unready={"gate-2"})
    fleet.look(A)
    fleet.serve("gate-1")
    fleet.fail("gate-2", Reason.MODEL_REFUSED)  # a node that is too small
    fleet.look(A)
    assert fleet.rollout.rejected
    del fleet.reports["gate-2"]
    assert fleet.look(A).baked
    fleet.unready.clear()
    fleet.serve()
    committed(fleet)
    settled(fleet, B)
    assert fleet.look(A).release == "a"


def test_a_release_that_fails_requests_while_it_bakes_is_undone(fleet: Fleet) -> None:
    committed(fleet)
    fleet.serve("gate-2", bake=FAILING)
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


def test_a_release_that_has_not_baked_goes_on_baking_when_the_next_one_is_rejected(fleet: Fleet) -> None:
    committed(fleet)
    fleet.look(C)
    fleet.fail("gate-1", Reason.GATE_FAILED)
    assert state(fleet.look(C)) == ("b", "Commit", False, "a")
    fleet.serve(bake=FAILING)
    assert state(fleet.look(C)) == ("a", "Commit", True, None)


def test_a_release_that_has_not_baked_goes_on_baking_when_the_next_one_fails_its_own(fleet: Fleet) -> None:
    committed(fleet)
    fleet.look(C)
    fleet.prepare()
    fleet.look(C)
    fleet.serve(bake=FAILING)
    assert state(fleet.look(C)) == ("b", "Commit", False, "a")


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
    fleet.wait(121)
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
