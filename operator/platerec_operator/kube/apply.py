"""All writes of one reconcile: the children's under one field manager, the status' under another."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from platerec_operator.api.names import API_VERSION, KIND, MANAGER, STATUS_MANAGER, Key
from platerec_operator.api.reasons import OperatorReason
from platerec_operator.api.trouble import Trouble
from platerec_operator.kube.port import Body, Cluster, NameTakenError, Object, RefusedError
from platerec_operator.plan.actions import Action, Apply, Create, Leave, Patch
from platerec_operator.plan.chain import ChildName, child_name


@dataclass
class Outcome:
    """What became of the actions: the children that were written, and those that could not be."""

    written: dict[ChildName, Object] = field(default_factory=dict)
    refusals: list[Trouble] = field(default_factory=list)


async def apply_actions(cluster: Cluster, actions: Sequence[Action]) -> Outcome:
    """Carry the actions out in their order. What the API server will never take is noted and does not stop the rest.

    But no pod is made or replaced by a decision that is not written: the Deployment waits for the ConfigMap.
    """
    outcome = Outcome()
    failed: set[ChildName] = set()
    for action in actions:
        child = _child_of(action)
        waits = child[0] == "Deployment" and any(kind == "ConfigMap" for kind, _ in failed)
        if child in failed or waits:  # an apply relies on the patch before it
            continue
        result = await _attempt(cluster, action)
        if isinstance(result, Trouble):
            failed.add(child)
            outcome.written.pop(child, None)
            outcome.refusals.append(result)
        else:
            outcome.written[child] = result
    return outcome


def _child_of(action: Action) -> ChildName:
    match action:
        case Leave(kind=kind, name=name):
            return kind, name
        case Patch(live=body) | Apply(body=body) | Create(body=body):
            return child_name(body)


async def _attempt(cluster: Cluster, action: Action) -> Object | Trouble:
    """The child as it is now, or why it could not be written."""
    if isinstance(action, Leave):
        return Trouble(OperatorReason.NAME_CONFLICT, action.message)
    body = action.live if isinstance(action, Patch) else action.body
    where = f"{body['kind']} {body['metadata']['namespace']}/{body['metadata']['name']}"
    try:
        return await _write(cluster, action)
    except NameTakenError:
        message = f"{where} appeared in the meantime; it is looked at again."
        return Trouble(OperatorReason.NAME_CONFLICT, message)
    except RefusedError as error:
        return Trouble(OperatorReason.CHILD_REFUSED, f"{where} is refused: {error}")


async def _write(cluster: Cluster, action: Create | Patch | Apply) -> Object:
    match action:
        case Create(body=body):
            return await cluster.create(body, MANAGER)
        case Apply(body=body):
            return await cluster.apply(body, MANAGER)
        case Patch(live=live, operations=operations):
            return await cluster.patch(live, operations, MANAGER)


async def apply_status(cluster: Cluster, key: Key, uid: str, status: Body) -> None:
    """Write the whole status of that very recognizer."""
    body = {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {"namespace": key.namespace, "name": key.name, "uid": uid},
        "status": status,
    }
    await cluster.apply(body, STATUS_MANAGER, "status")
