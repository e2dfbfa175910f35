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
    """Carry the actions out in their order. What the API server will never take is noted and does not stop the rest."""
    outcome = Outcome()
    for action in actions:
        match action:
            case Leave(message=message):
                outcome.refusals.append(Trouble(OperatorReason.NAME_CONFLICT, message))
            case Patch(live=live, operations=operations):
                await cluster.patch(live, operations, MANAGER)
            case Create(body=body) | Apply(body=body):
                await _write(cluster, action, body, outcome)
    return outcome


async def _write(cluster: Cluster, action: Create | Apply, body: Body, outcome: Outcome) -> None:
    kind, name = child_name(body)
    where = f"{kind} {body['metadata']['namespace']}/{name}"
    try:
        if isinstance(action, Create):
            outcome.written[kind, name] = await cluster.create(body, MANAGER)
        else:
            outcome.written[kind, name] = await cluster.apply(body, MANAGER)
    except NameTakenError:
        message = f"{where} appeared in the meantime; it is looked at again."
        outcome.refusals.append(Trouble(OperatorReason.NAME_CONFLICT, message))
    except RefusedError as error:
        outcome.refusals.append(Trouble(OperatorReason.CHILD_REFUSED, f"{where} is refused: {error}"))


async def apply_status(cluster: Cluster, key: Key, uid: str, status: Body) -> None:
    """Write the whole status of that very recognizer."""
    body = {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {"namespace": key.namespace, "name": key.name, "uid": uid},
        "status": status,
    }
    await cluster.apply(body, STATUS_MANAGER, "status")
