"""Pods that are replaced, because somebody wants it or because two releases do not fit."""

import pytest

from platerec_operator.api.lookup import Found
from platerec_operator.render.desired import build_children
from platerec_operator.tests.make import IMAGES, make_carried, make_recognizer
from platerec_operator.tests.plan.fleet import BUSY, FAILING, A, B, C, Fleet, committed, settled, state
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Bake


def lacks_room(fleet: Fleet, found: Found, reason: Reason = Reason.MEMORY_SHORT) -> None:
    """It does not fit beside what serves, so pods are replaced."""
    fleet.look(found)
    fleet.fail("gate-1", reason)
    assert fleet.look(found).replaces


def test_auto_replaces_pods_when_two_releases_do_not_fit(fleet: Fleet) -> None:
    fleet.look(B)
    fleet.fail("gate-1", Reason.MEMORY_SHORT)
    decision = fleet.look(B)
    assert state(decision) == ("b", "Commit", False, "a")
    assert decision.replaces
    assert fleet.rollout.rolled is not None


def half_committed(fleet: Fleet) -> None:
    """One pod serves b, and the other has lost what it prepared: its Triton restarted."""
    fleet.look(B)
    fleet.prepare()
    fleet.look(B)
    fleet.serve("gate-1", bake=BUSY)
    fleet.fail("gate-2", Reason.MEMORY_SHORT)


def test_auto_replaces_pods_when_two_releases_do_not_fit_any_more_in_a_commit(fleet: Fleet) -> None:
    half_committed(fleet)
    decision = fleet.look(B)
    assert (state(decision), decision.replaces) == (("b", "Commit", False, "a"), True)
    rolled = fleet.rollout.rolled
    fleet.fail("gate-2", Reason.MEMORY_SHORT)
    fleet.look(B)
    assert fleet.rollout.rolled == rolled is not None, "once is enough"


def test_auto_replaces_pods_that_have_no_room_to_go_back(fleet: Fleet) -> None:
    committed(fleet)
    fleet.serve("gate-2", bake=FAILING)
    assert not fleet.look(B).replaces
    fleet.fail("gate-1", Reason.MEMORY_SHORT)
    decision = fleet.look(B)
    assert (decision.release, decision.baked, decision.replaces) == ("a", True, True)
    assert fleet.rollout.rolled is not None


def test_a_pod_that_serves_the_release_needs_no_more_room(fleet: Fleet) -> None:
    committed(fleet)
    fleet.fail("gate-1", Reason.DISK_FULL)
    assert not fleet.look(B).replaces


def test_in_place_waits_for_room_in_a_commit_too(fleet: Fleet) -> None:
    fleet.spec = {"models": {"update": {"strategy": "InPlace"}}}
    half_committed(fleet)
    assert not fleet.look(B).replaces


def test_in_place_waits_for_room(fleet: Fleet) -> None:
    fleet.spec = {"models": {"update": {"strategy": "InPlace"}}}
    fleet.look(B)
    fleet.fail("gate-1", Reason.MEMORY_SHORT)
    assert fleet.look(B).phase == "Prepare"


def test_rolling_update_replaces_pods_from_the_start(fleet: Fleet) -> None:
    fleet.spec = {"models": {"update": {"strategy": "RollingUpdate"}}}
    assert fleet.look(B).replaces
    fleet.serve(bake=BUSY)
    fleet.wait(121)
    rolled = fleet.rollout.rolled
    assert not fleet.look(B).replaces
    assert fleet.rollout.rolled == rolled is not None, "or settling would replace the pods once more"


def test_a_rejected_release_brings_the_pods_of_the_one_before_back(fleet: Fleet) -> None:
    fleet.spec = {"models": {"update": {"strategy": "RollingUpdate"}}}
    fleet.look(B)
    fleet.names = ("gate-1", "gate-3")
    fleet.unready.add("gate-3")
    fleet.fail("gate-3", Reason.GATE_FAILED)
    assert state(fleet.look(B)) == ("a", "Commit", True, None)
    assert fleet.rollout.rolled is None


def test_pods_are_replaced_each_time_two_releases_do_not_fit(fleet: Fleet) -> None:
    """Also by a release that they were replaced by before."""
    lacks_room(fleet, B)
    settled(fleet, B)
    fleet.look(C)
    fleet.prepare()
    fleet.look(C)
    settled(fleet, C)
    before = fleet.rollout.rolled
    lacks_room(fleet, B)
    assert fleet.rollout.rolled != before, "or the template is as it was, and no pod is replaced"


@pytest.mark.parametrize("bake", [BUSY, FAILING], ids=["by hand", "after a verdict"])
def test_pods_that_were_replaced_for_want_of_room_go_back_without_one_more(fleet: Fleet, bake: Bake) -> None:
    lacks_room(fleet, B)
    fleet.serve("gate-1", bake=bake)
    assert fleet.look(A if bake == BUSY else B).release == "a"
    recognizer = make_recognizer()
    carried = make_carried(recognizer, decision=fleet.decision, rolled=fleet.rollout.rolled)
    children = build_children(recognizer, IMAGES, carried)
    (deployment,) = (child for child in children if child["kind"] == "Deployment")
    assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}


def test_a_release_that_has_no_room_of_its_own_either_is_rejected(fleet: Fleet) -> None:
    fleet.names = ("gate-1",)
    lacks_room(fleet, B, Reason.DISK_FULL)
    fleet.names = ("gate-2",)
    fleet.reports.clear()
    fleet.unready.add("gate-2")
    fleet.fail("gate-2", Reason.DISK_FULL)
    assert fleet.look(B).release == "a"


def test_a_pod_that_a_return_leaves_on_the_rejected_release_moves_in_place(fleet: Fleet) -> None:
    """It is one of the old template, made anew while the rejected release was decided."""
    lacks_room(fleet, B)
    fleet.serve("gate-1")
    fleet.fail("gate-2", Reason.GATE_FAILED)
    assert fleet.look(B).release == "a"
    fleet.stay("gate-1")
    assert fleet.look(B).replaces, "pods of the rejected release's template are still replaced"
    fleet.rolled_out = True
    decision = fleet.look(B)
    assert (decision.release, decision.replaces) == ("a", False)


def test_a_return_that_left_nobody_is_over(fleet: Fleet) -> None:
    """Or no later rollout would start a pod more."""
    lacks_room(fleet, B)
    fleet.fail("gate-2", Reason.GATE_FAILED)
    fleet.look(B)
    fleet.serve()
    fleet.rolled_out = True
    assert not fleet.look(B).replaces


def test_a_pod_that_a_replacement_leaves_moves_in_place(fleet: Fleet) -> None:
    fleet.spec = {"models": {"update": {"strategy": "RollingUpdate"}}}
    fleet.look(B)
    fleet.serve("gate-1", bake=BUSY)
    fleet.stay("gate-2")
    assert fleet.look(B).replaces
    fleet.rolled_out = True
    decision = fleet.look(B)
    assert (state(decision), decision.replaces) == (("b", "Commit", False, "a"), False)
    settled(fleet, B)


def test_a_replacement_that_left_nobody_goes_on_as_one_until_it_has_baked(fleet: Fleet) -> None:
    """What fails its bake brings the pods of the release before back, without one more."""
    lacks_room(fleet, B)
    fleet.rolled_out = True
    fleet.serve(bake=BUSY)
    assert fleet.look(B).replaces
    fleet.serve(bake=FAILING)
    assert fleet.look(B).replaces
    assert (fleet.decision.release, fleet.rollout.rolled) == ("a", None)
