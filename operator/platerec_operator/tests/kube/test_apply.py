from typing import Any

import pytest

from platerec_operator.api.names import MANAGER
from platerec_operator.api.reasons import OperatorReason
from platerec_operator.kube.apply import apply_actions
from platerec_operator.kube.memory import MemoryCluster
from platerec_operator.kube.port import ConflictError, NameTakenError, RefusedError
from platerec_operator.plan.actions import Apply, Create, Leave, Patch
from platerec_operator.tests.make import Object

META = {"name": "gate", "namespace": "cameras"}
BUDGET: Object = {"kind": "PodDisruptionBudget", "metadata": META, "spec": {"maxUnavailable": 1}}
SERVICE: Object = {"kind": "Service", "metadata": META, "spec": {"type": "ClusterIP"}}


@pytest.fixture
async def cluster() -> MemoryCluster:
    """With the budget, which was edited."""
    cluster = MemoryCluster()
    await cluster.create(BUDGET, MANAGER)
    cluster.edit("PodDisruptionBudget", "cameras", "gate", {"spec": {"maxUnavailable": 2}})
    cluster.writes.clear()
    return cluster


def repair(cluster: MemoryCluster) -> tuple[Patch, Apply]:
    live = cluster.objects["PodDisruptionBudget", "cameras", "gate"]
    return Patch(live, ({"op": "replace", "path": "/spec/maxUnavailable", "value": 1},)), Apply(BUDGET)


async def test_a_patch_and_the_apply_after_it_are_one_write(cluster: MemoryCluster) -> None:
    outcome = await apply_actions(cluster, repair(cluster))
    assert list(outcome.written) == [("PodDisruptionBudget", "gate")]
    assert outcome.refusals == []
    assert cluster.objects["PodDisruptionBudget", "cameras", "gate"]["spec"] == {"maxUnavailable": 1}


async def test_a_patch_that_is_refused_is_said_once_and_stops_no_other_child(cluster: MemoryCluster) -> None:
    cluster.refused["PodDisruptionBudget"] = RefusedError("admission webhook denied the request: no")
    outcome = await apply_actions(cluster, (*repair(cluster), Create(SERVICE)))
    (refusal,) = outcome.refusals
    assert refusal.reason is OperatorReason.CHILD_REFUSED
    assert refusal.message == ("PodDisruptionBudget cameras/gate is refused: admission webhook denied the request: no")
    assert list(outcome.written) == [("Service", "gate")]
    assert cluster.writes == ["patch PodDisruptionBudget", "create Service"]


@pytest.mark.parametrize("error", [RefusedError("denied"), NameTakenError("there already")])
async def test_no_pod_is_made_or_replaced_by_a_decision_that_was_not_written(
    cluster: MemoryCluster, error: Exception
) -> None:
    cluster.refused["ConfigMap"] = error
    decision, deployment = ({"kind": kind, "metadata": META} for kind in ("ConfigMap", "Deployment"))
    outcome = await apply_actions(cluster, (Create(decision), Create(SERVICE), Create(deployment)))
    assert cluster.writes == ["create ConfigMap", "create Service"]
    assert [refusal.message.split()[0] for refusal in outcome.refusals] == ["ConfigMap"]


async def test_no_pod_is_made_beside_somebody_elses_decision(cluster: MemoryCluster) -> None:
    deployment = {"kind": "Deployment", "metadata": META}
    await apply_actions(cluster, (Leave("ConfigMap", "gate-release", "It is theirs."), Create(deployment)))
    assert cluster.writes == []


async def test_a_child_is_not_written_by_the_patch_before_a_refused_apply(
    cluster: MemoryCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: Any) -> Object:
        raise RefusedError("denied")

    monkeypatch.setattr(cluster, "apply", refuse)
    outcome = await apply_actions(cluster, repair(cluster))
    assert outcome.written == {}
    assert len(outcome.refusals) == 1


async def test_a_patch_of_what_changed_in_the_meantime_is_a_conflict(cluster: MemoryCluster) -> None:
    """All is read again then."""
    cluster.refused["PodDisruptionBudget"] = ConflictError("changed in the meantime")
    with pytest.raises(ConflictError):
        await apply_actions(cluster, (*repair(cluster), Create(SERVICE)))
