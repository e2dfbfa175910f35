"""From what is there and what is desired to the actions between them: a chain of small checks for each child."""

from collections.abc import Iterator, Mapping, Sequence

from platerec_operator.plan.actions import Action, Apply, Create, Leave, Object, Patch
from platerec_operator.plan.drift import is_covered
from platerec_operator.plan.patch import build_patch

ChildName = tuple[str, str]
"""Kind and name."""


def child_name(body: Object) -> ChildName:
    """Which child an object is."""
    return body["kind"], body["metadata"]["name"]


def build_plan(desired: Sequence[Object], live: Mapping[ChildName, Object | None]) -> tuple[Action, ...]:
    """The actions, in the order of the children."""
    return tuple(action for body in desired for action in _actions_of(body, live.get(child_name(body))))


def _actions_of(body: Object, live: Object | None) -> Iterator[Action]:
    if live is None:
        yield Create(body)
    elif not _is_ours(body, live):
        kind, name = child_name(body)
        yield Leave(kind, name, _conflict(body, live))
    elif "deletionTimestamp" in live["metadata"]:
        return  # its last event comes when it is gone
    elif not is_covered(live, body):
        operations = build_patch(live, body)
        if operations:
            yield Patch(live, operations)
        yield Apply(with_uid(body, live["metadata"]["uid"]))


def with_uid(body: Object, uid: str) -> Object:
    """The body, for exactly that object."""
    return {**body, "metadata": {**body["metadata"], "uid": uid}}


def _is_ours(body: Object, live: Object) -> bool:
    wanted = body["metadata"]["ownerReferences"][0]["uid"]
    return any(owner["uid"] == wanted for owner in live["metadata"].get("ownerReferences", ()))


def _conflict(body: Object, live: Object) -> str:
    kind, name = child_name(body)
    namespace = body["metadata"]["namespace"]
    theirs = [f"{owner['kind']} {owner['name']}" for owner in live["metadata"].get("ownerReferences", ())]
    owner = f"belongs to {theirs[0]}" if theirs else "was made by somebody else"
    return (
        f"{kind} {namespace}/{name} {owner} and is left alone: "
        "rename or delete it, or give the recognizer another name."
    )
