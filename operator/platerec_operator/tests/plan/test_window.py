"""How long a release bakes: the window of a fleet, pod by pod."""

import pytest

from platerec_operator.tests.plan.fleet import BUSY, B, Fleet, committed
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Bake, Fault, Report
from platerec_store.release.traffic import Traffic


def crash(fleet: Fleet, name: str, restarts: int) -> None:
    """Its Triton ends under the release, is away for a while, and serves again."""
    bake = fleet.reports[name].bake
    assert bake is not None
    fleet.unready.add(name)
    away = Fault(reason=Reason.TRITON_UNAVAILABLE, message="Triton does not answer.", transient=True)
    gone = {"active": None, "serving": None, "bake": None, "error": away}
    fleet.reports[name] = fleet.reports[name].model_copy(update=gone)
    fleet.wait(500)
    assert fleet.look(B).release == "b"
    assert not fleet.decision.baked, "a pod that took part does not serve"
    fleet.serve(name, bake=bake.model_copy(update={"seconds": 0.0, "restarts": restarts}))


def join(fleet: Fleet, name: str) -> None:
    """A pod that is new, as an autoscaler starts it."""
    fleet.names = (*fleet.names, name)
    fleet.serve(name, bake=Bake(joined=True))


def test_a_pod_whose_triton_ended_under_the_release_is_waited_for(fleet: Fleet) -> None:
    committed(fleet)
    crash(fleet, "gate-1", restarts=1)
    assert not fleet.look(B).baked, "also before it is ready again"
    fleet.unready.clear()
    fleet.wait(119)
    assert not fleet.look(B).baked, "its window has begun anew"
    fleet.wait(1)
    assert fleet.look(B).baked


def test_a_pod_that_serves_the_release_and_is_not_ready_is_waited_for(fleet: Fleet) -> None:
    committed(fleet)
    fleet.wait(120)
    fleet.unready.add("gate-1")
    assert not fleet.look(B).baked
    fleet.unready.clear()
    assert fleet.look(B).baked


def test_a_release_under_which_triton_ends_again_and_again_is_rejected(fleet: Fleet) -> None:
    """Though no look finds the pod ready in between."""
    committed(fleet)
    crash(fleet, "gate-1", restarts=1)
    assert fleet.look(B).release == "b"
    crash(fleet, "gate-1", restarts=2)
    assert fleet.look(B).release == "b"
    crash(fleet, "gate-1", restarts=3)
    assert fleet.look(B).release == "a"
    fleet.look(B)
    assert fleet.fault is not None
    assert fleet.fault.reason is Reason.BAKE_FAILED


def test_a_pod_that_is_gone_is_not_waited_for(fleet: Fleet) -> None:
    committed(fleet)
    crash(fleet, "gate-1", restarts=1)
    fleet.names = ("gate-2",)
    assert fleet.look(B).baked


def test_an_autoscaler_keeps_no_bake_open(fleet: Fleet) -> None:
    committed(fleet)
    fleet.wait(100)
    join(fleet, "gate-3")
    assert not fleet.look(B).baked
    fleet.wait(20)
    assert fleet.look(B).baked


def test_a_pod_that_starts_is_not_waited_for(fleet: Fleet) -> None:
    committed(fleet)
    fleet.names = (*fleet.names, "gate-3")
    fleet.unready.add("gate-3")
    fleet.reports["gate-3"] = Report(target="b", revision=fleet.decision.revision, step="Load")
    fleet.wait(120)
    assert fleet.look(B).baked


@pytest.mark.parametrize("silent", [True, False], ids=["its agent", "its counters"])
def test_a_serving_pod_that_says_nothing_has_not_baked(fleet: Fleet, silent: bool) -> None:
    committed(fleet)
    fleet.wait(120)
    if silent:
        del fleet.reports["gate-1"]
    else:
        fleet.serve("gate-1", bake=None)
    assert not fleet.look(B).baked


def test_no_window_is_over_at_once(fleet: Fleet) -> None:
    fleet.spec = {"models": {"update": {"bakeSeconds": 0}}}
    fleet.look(B)
    fleet.prepare()
    fleet.look(B)
    fleet.serve("gate-1", bake=Bake())
    assert not fleet.look(B).baked, "not before all serve it"
    fleet.serve(bake=Bake())
    assert fleet.look(B).baked


def test_a_bake_without_traffic_goes_on(fleet: Fleet) -> None:
    committed(fleet)
    fleet.serve(bake=Bake(before=Traffic(answered=1000)))
    fleet.wait(86400)
    assert not fleet.look(B).baked
    fleet.serve(bake=BUSY)
    fleet.wait(120)
    assert fleet.look(B).baked
