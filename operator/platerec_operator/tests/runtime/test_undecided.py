"""What is not written is not decided: no pod, and nobody who reads the status, learns of it."""

import copy
from datetime import UTC, datetime

import pytest

from platerec_operator.kube.port import RefusedError
from platerec_operator.runtime.reconcile import WAITING
from platerec_operator.tests.make import Object
from platerec_operator.tests.runtime.world import NEW, NEWER, OLD, World
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault

REFUSAL = RefusedError("admission webhook denied the request: no")


@pytest.fixture
async def world() -> World:
    """With a pod that serves."""
    world = World()
    world.edit(models={"update": {"strategy": "RollingUpdate"}})
    await world.reconcile()
    world.serve(OLD)
    await world.reconcile()
    await world.reconcile()
    assert world.decision.baked
    return world


def template(world: World) -> Object:
    found: Object = copy.deepcopy(world.get("Deployment", "gate")["spec"]["template"])
    return found


async def test_a_release_that_cannot_be_decided_replaces_no_pod(world: World) -> None:
    before = template(world)
    world.store.answer = NEWER
    world.cluster.refused["ConfigMap"] = REFUSAL
    assert await world.reconcile() == WAITING
    assert template(world) == before
    assert world.status["release"]["target"] == OLD
    assert "ConfigMap cameras/gate-release is refused" in str(world.status["conditions"])
    assert [told for told in world.events if NEW in told] == []
    world.cluster.refused.clear()
    await world.reconcile()
    assert (world.decision.release, world.decision.replaces) == (NEW, True)
    assert template(world) != before
    assert world.status["release"]["target"] == NEW


async def test_a_verdict_that_cannot_be_written_is_no_history_yet(world: World) -> None:
    """It is found anew at each look, and would be told each time."""
    world.store.answer = NEWER
    await world.reconcile()
    refused = Fault(reason=Reason.GATE_FAILED, message="It reads B.", transient=False, manifest=NEWER.manifest)
    world.serve(OLD, target=NEW, error=refused)
    world.cluster.refused["ConfigMap"] = REFUSAL
    for minute in range(3):
        world.reconciler.now = lambda minute=minute: datetime(2026, 11, 23, 1, minute, tzinfo=UTC)  # type: ignore[misc]
        await world.reconcile()
        assert [entry["result"] for entry in world.status["history"]] == ["Served"]
    world.cluster.refused.clear()
    await world.reconcile()
    assert [entry["result"] for entry in world.status["history"]] == ["Served", "Rejected"]
    assert world.decision.release == OLD


async def test_pods_that_are_replaced_are_looked_at_as_those_of_their_decision(world: World) -> None:
    """A Deployment that is not written yet is still rolled out, by the decision before."""
    world.store.answer = NEWER
    world.cluster.refused["Deployment"] = REFUSAL
    await world.reconcile()
    world.serve(OLD, target=NEW)
    await world.reconcile()
    assert world.decision.replaces
    world.cluster.refused.clear()
    await world.reconcile()
    world.serve(OLD, target=NEW)
    await world.reconcile()
    assert not world.decision.replaces, "it is rolled out, and this pod is left"
