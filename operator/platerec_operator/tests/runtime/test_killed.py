"""An operator that is killed while a fleet commits, and the one after it."""

import pytest

from platerec_operator.api.names import KIND
from platerec_operator.kube.port import ClusterError
from platerec_operator.tests.runtime.world import NEW, NEWER, OLD, World
from platerec_store.release.report import Bake
from platerec_store.release.traffic import Traffic

BAKED = Bake(since=Traffic(answered=100, seconds=10.0), seconds=120.0)


@pytest.fixture
async def world() -> World:
    """Three pods, all told to commit: one has, one is about to, one does not know; and nobody wrote a status."""
    world = World()
    world.edit(replicas=3)
    await world.reconcile()
    for number in (1, 2, 3):
        world.serve(OLD, number)
    await world.reconcile()
    world.store.answer = NEWER
    await world.reconcile()
    prepared = {"target": NEW, "step": "Prepared", "prepared": NEWER.manifest}
    for number in (1, 2, 3):
        world.serve(OLD, number, **prepared)
    before = world.decision.revision
    world.cluster.refused[KIND] = ClusterError("The operator is killed.")
    with pytest.raises(ClusterError):
        await world.reconcile()
    world.serve(NEW, 1)
    world.serve(OLD, 2, **prepared)
    world.serve(OLD, 3, **prepared, revision=before)
    world.cluster.refused.clear()
    world.agents.told.clear()
    world.reconciler = world.start()
    return world


async def test_the_next_one_goes_on_before_it_knows_what_the_store_names(world: World) -> None:
    decided = world.decision
    assert (decided.release, decided.phase) == (NEW, "Commit")
    world.store.answer = None
    await world.reconcile()
    assert world.decision == decided
    assert world.agents.told == [("10.0.0.9", decided)], "who did not know"


async def test_the_fleet_gets_there(world: World) -> None:
    decided = world.decision
    await world.reconcile()
    assert world.decision == decided, "nothing is prepared anew, nobody goes back"
    for number in (1, 2, 3):
        world.serve(NEW, number, bake=BAKED)
    await world.reconcile()
    assert world.decision.baked
    assert world.status["release"]["active"] == NEW
    assert [event.split(":")[0] for event in world.events][-2:] == ["Committed", "Baked"]


async def test_the_last_one_is_waited_for(world: World) -> None:
    world.serve(NEW, 1, bake=BAKED)
    world.serve(NEW, 2, bake=BAKED)
    await world.reconcile()
    assert not world.decision.baked
