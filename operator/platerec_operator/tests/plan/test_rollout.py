"""A fleet on its way from release a to release b, look by look."""

import pytest

from platerec_operator.api.lookup import Found
from platerec_operator.tests.plan.fleet import BUSY, A, B, C, Fleet, committed, settled, state
from platerec_store.release.manifest import digest_of
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault


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


def test_settings_that_change_during_a_bake_do_not_end_it(fleet: Fleet) -> None:
    committed(fleet)
    fleet.spec = {"pipeline": {"maxPlates": 3}}
    assert state(fleet.look(B)) == ("b", "Commit", False, "a")


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
    fleet.wait(119)
    assert not fleet.look(B).baked
    fleet.wait(2)
    assert state(fleet.look(B)) == ("b", "Commit", True, None)


def test_a_release_of_the_same_name_in_another_bucket_settles_only_when_it_is_served(fleet: Fleet) -> None:
    """Until then a pod's release of that name, and its bake, are the other one's."""
    fleet.serve(bake=BUSY)
    fleet.wait(86400)
    fleet.spec = {"models": {"source": {"s3": {"bucket": "elsewhere"}}}}
    other = Found("a", digest_of(b"a in the other bucket"))
    assert fleet.look(other).phase == "Prepare"
    fleet.prepare()
    assert state(fleet.look(other)) == ("a", "Commit", False, "a")
    assert not fleet.look(other).baked
    settled(fleet, other)


def test_a_promotion_while_a_release_is_prepared_takes_its_place(fleet: Fleet) -> None:
    fleet.look(B)
    fleet.prepare("gate-1")
    assert state(fleet.look(C)) == ("c", "Prepare", False, "a")


def test_a_promotion_while_a_release_bakes_starts_from_that_release(fleet: Fleet) -> None:
    committed(fleet)
    assert state(fleet.look(C)) == ("c", "Prepare", False, "b")


def test_an_outage_of_the_store_stops_no_swap_that_has_begun(fleet: Fleet) -> None:
    fleet.look(B)
    fleet.prepare()
    outage = Fault(reason=Reason.STORE_UNREACHABLE, message="It does not answer.", transient=True)
    assert fleet.look(outage).phase == "Commit"
    assert fleet.fault == outage


def test_another_profile_replaces_all_pods_and_settles_when_they_serve(fleet: Fleet) -> None:
    fleet.spec = {"profile": "gpu-torchscript"}
    assert state(fleet.look(A)) == ("a", "Commit", False, None)
    assert not fleet.look(A).baked, "the old pods go on saying what they said, and the new ones have not begun"
    fleet.serve()
    assert fleet.look(A).baked


def test_a_decision_is_newer_than_all_that_pods_have_obeyed(fleet: Fleet) -> None:
    """An older copy of the ConfigMap may have been restored."""
    obeyed = fleet.decision.revision + 7
    fleet.reports = {name: report.model_copy(update={"revision": obeyed}) for name, report in fleet.reports.items()}
    assert fleet.look(A).revision > obeyed
    fleet.serve()
    assert fleet.look(B).revision > obeyed + 1


@pytest.mark.parametrize("reason", [Reason.TRITON_UNAVAILABLE, Reason.VOLUME_UNUSABLE, Reason.STORE_UNREACHABLE])
@pytest.mark.parametrize("ready", [True, False])
def test_one_of_three_pods_that_stumbles_in_its_commit_is_waited_for(fleet: Fleet, reason: Reason, ready: bool) -> None:
    fleet.names = ("gate-1", "gate-2", "gate-3")
    fleet.serve()
    fleet.look(B)
    fleet.prepare()
    commit = fleet.look(B)
    fleet.serve("gate-1", "gate-2", bake=BUSY)
    fleet.fail("gate-3", reason)
    if not ready:
        fleet.unready.add("gate-3")
        gone = {"active": None, "serving": None}
        fleet.reports["gate-3"] = fleet.reports["gate-3"].model_copy(update=gone)
    fleet.wait(1000)
    assert fleet.look(B) == commit
    fleet.unready.clear()
    fleet.serve("gate-3", bake=BUSY)
    assert not fleet.look(B).baked, "its window begins now"
    fleet.wait(120)
    assert fleet.look(B).baked
