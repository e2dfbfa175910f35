"""How often a recognizer is looked at."""

from datetime import timedelta

import pytest

from platerec_operator.runtime.reconcile import SOON, WAITING
from platerec_operator.tests.runtime.world import NEW, NEWER, OLD, World
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault


@pytest.fixture
def world() -> World:
    return World()


async def test_pods_that_cannot_get_on_are_looked_at_less_often_than_pods_that_work(world: World) -> None:
    """Fifty recognizers with a corrupt release must not keep the API server busy."""
    fault = Fault(reason=Reason.BLOB_CORRUPT, message="It is corrupt.", transient=False)
    await world.reconcile()
    world.serve(OLD)
    world.store.answer = NEWER
    await world.reconcile()
    world.serve(OLD, target=NEW, step="Load")
    assert await world.reconcile() == SOON
    world.serve(OLD, target=NEW, error=fault)
    assert await world.reconcile() == WAITING
    world.serve(OLD, target="2026.11.5", error=fault)
    assert await world.reconcile() == SOON, "an agent that does not know of the decision yet gets it now"


@pytest.mark.parametrize(("seconds", "after"), [(0, SOON), (60, SOON), (300, 5.0), (86400, WAITING)])
async def test_pods_that_work_and_get_nowhere_are_looked_at_less_and_less(
    world: World, seconds: int, after: float
) -> None:
    """A pod that waits for one which cannot get on works, too."""
    await world.reconcile()
    world.serve(OLD)
    world.store.answer = NEWER
    await world.reconcile()
    world.serve(OLD, target=NEW, step="Prepared")
    await world.reconcile()
    began = world.reconciler.now()
    world.reconciler.now = lambda: began + timedelta(seconds=seconds)
    assert await world.reconcile() == after
    world.serve(OLD, target=NEW, step="Load")
    assert await world.reconcile() == SOON, "it moves again"
