"""Making room for an apply, which takes away only what it had set itself.

Where somebody put another thing in the place of a rendered one, both would be there, and the API server refuses that.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from platerec_operator.plan.drift import WHOLE, is_covered, list_key

Object = Mapping[str, Any]

_CHOICES = (
    frozenset({"minAvailable", "maxUnavailable"}),
    frozenset({"exec", "grpc", "httpGet", "sleep", "tcpSocket"}),
    frozenset({"value", "valueFrom"}),
    frozenset({"configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef"}),
)
"""Fields of which an object has one."""

_REPLACED = frozenset({"seccompProfile", "topologySpreadConstraints"})
"""Fields of which a changed value and the rendered one do not go together."""

_FREE = frozenset({"metadata", "data"}) | WHOLE
"""Maps whose keys are not the API's: none of them means anything here."""


def build_freeing(live: Object, rendered: Object, path: str = "") -> Iterator[Object]:
    """The operations of a JSON patch that put what was rendered in the place of what stands in its way."""
    yield from _choose(live, rendered, path)
    for name, wanted in rendered.items():
        found, where = live.get(name), f"{path}/{name}"
        if not found or name in _FREE:
            continue
        if name in _REPLACED:
            if not is_covered(found, wanted):
                yield {"op": "replace", "path": where, "value": wanted}
        elif name == "ports":
            yield from _free_ports(found, wanted, where)
        elif isinstance(wanted, Mapping) and isinstance(found, Mapping):
            yield from build_freeing(found, wanted, where)
        elif isinstance(wanted, Sequence) and not isinstance(wanted, str):
            yield from _free_items(found, wanted, where, whole=name == "volumes")


def _choose(live: Object, rendered: Object, path: str) -> Iterator[Object]:
    for choices in _CHOICES:
        chosen, others = choices & rendered.keys(), choices & live.keys() - rendered.keys()
        if chosen and others:
            yield from ({"op": "remove", "path": f"{path}/{name}"} for name in sorted(others))
            yield from ({"op": "add", "path": f"{path}/{name}", "value": rendered[name]} for name in sorted(chosen))


def _free_items(live: Sequence[Any], rendered: Sequence[Any], path: str, *, whole: bool) -> Iterator[Object]:
    """Inside the items of a list; `whole` ones are replaced when they have other fields, which name their kind."""
    key = list_key(rendered)
    if key is None:
        return
    wanted = {item[key]: item for item in rendered}
    for index, item in enumerate(live):
        mine = wanted.get(item.get(key))
        if mine is None:
            continue
        if whole and mine.keys() != item.keys():
            yield {"op": "replace", "path": f"{path}/{index}", "value": mine}
        else:
            yield from build_freeing(item, mine, f"{path}/{index}")


def _free_ports(live: Sequence[Object], rendered: Sequence[Object], path: str) -> Iterator[Object]:
    """Give ports their numbers back: they are merged by number, and no two may have one name."""
    numbers = {port["name"]: _number(port) for port in rendered}
    if all(_number(port) == numbers.get(port.get("name"), _number(port)) for port in live):
        return
    kept = {(port.get("name"), _number(port)): port for port in live}
    ours = [kept.get((port["name"], _number(port)), port) for port in rendered]
    theirs = [port for port in live if port.get("name") not in numbers and _number(port) not in numbers.values()]
    yield {"op": "replace", "path": path, "value": [*ours, *theirs]}


def _number(port: Object) -> tuple[int, str]:
    return port.get("containerPort") or port["port"], port["protocol"]
