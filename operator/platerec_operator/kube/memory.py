"""A cluster in memory, for tests: it keeps the port's contract and models server-side apply for whole fields."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from platerec_operator.kube.port import Body, ConflictError, NameTakenError, Object
from platerec_operator.plan.drift import WHOLE

_Name = tuple[str, str, str]
_Path = tuple[str, ...]
_IDENTITY = {("apiVersion",), ("kind",), *(("metadata", field) for field in ("name", "namespace", "uid"))}


class MemoryCluster:
    """Objects by kind, namespace and name; `writes` remembers every write, `broken` fails every request."""

    def __init__(self) -> None:
        self.objects: dict[_Name, Object] = {}
        self.writes: list[str] = []
        self.broken: Exception | None = None
        self.refused: dict[str, Exception] = {}
        self._fields: dict[tuple[_Name, str, str], set[_Path]] = {}
        self._version = 0

    async def get(self, kind: str, namespace: str, name: str) -> Object | None:
        """The object."""
        self._check()
        return copy.deepcopy(self.objects.get((kind, namespace, name)))

    async def list(self, kind: str, namespace: str | None, selector: str = "") -> list[Object]:
        """All that carry the labels."""
        self._check()
        wanted = dict(part.split("=", 1) for part in selector.split(",") if part)
        return [
            copy.deepcopy(body)
            for (found, where, _), body in sorted(self.objects.items())
            if found == kind
            and namespace in (None, where)
            and wanted.items() <= body["metadata"].get("labels", {}).items()
        ]

    async def create(self, body: Body, manager: str) -> Object:
        """Make it."""
        name = self._begin("create", body)
        if name in self.objects:
            raise NameTakenError(f"{name} already exists")
        found: Object = copy.deepcopy(dict(body))
        found["metadata"] |= {"uid": str(uuid4()), "generation": 1}
        self.objects[name] = found
        self._own(name, manager, "Update", set(_leaves(body)) - _IDENTITY)
        return self._changed(name)

    async def apply(self, body: Body, manager: str, subresource: str = "") -> Object:
        """Set the fields of the body, and take away those that the manager had applied before and others do not own."""
        name = self._begin(f"apply{'/' if subresource else ''}{subresource}", body)
        live = self.objects.get(name)
        uid = body["metadata"].get("uid")
        if live is None or uid not in (None, live["metadata"]["uid"]):
            raise ConflictError(f"{name}: uid mismatch")
        before = copy.deepcopy(live)
        fields = {path for path in _leaves(body) if path not in _IDENTITY}
        key = (name, manager, "Apply")
        others = {path for owner, paths in self._fields.items() if owner[0] == name and owner != key for path in paths}
        for path in self._fields.get(key, set()) - fields - others:
            _remove(live, path)
        for path in fields:
            _set(live, path, copy.deepcopy(_at(body, path)))
        self._own(name, manager, "Apply", fields)
        if live == before:
            return copy.deepcopy(live)
        live["metadata"]["generation"] += live.get("spec") != before.get("spec")
        return self._changed(name)

    async def patch(self, live: Body, operations: Sequence[Body], manager: str) -> Object:
        """Tests, and additions, replacements and removals of single fields."""
        name = self._begin("patch", live)
        found = self.objects[name]
        for operation in operations:
            *path, last = operation["path"].strip("/").split("/")
            place: Any = found
            for part in path:
                place = place[int(part)] if isinstance(place, list) else place[part]
            index = int(last) if isinstance(place, list) else last
            if operation["op"] == "test" and place[index] != operation["value"]:
                raise ConflictError(f"{name}: {operation['path']} is not {operation['value']}")
            if operation["op"] in ("add", "replace"):
                place[index] = operation["value"]
            if operation["op"] == "remove":
                del place[index]
        self._disown(name)
        self._set_by_patch(name, manager, operations)
        return self._changed(name)

    def edit(self, kind: str, namespace: str, name: str, changes: Body) -> None:
        """Somebody's hand: nested changes of an object, None takes a field away."""
        _merge(self.objects[kind, namespace, name], changes)
        self._changed((kind, namespace, name))

    def delete(self, kind: str, namespace: str, name: str) -> None:
        """Somebody's hand: an object is gone."""
        del self.objects[kind, namespace, name]
        for key in [key for key in self._fields if key[0] == (kind, namespace, name)]:
            del self._fields[key]

    def put(self, body: Body) -> None:
        """Somebody's hand: an object is there."""
        meta = {"uid": str(uuid4()), "generation": 1, **body["metadata"]}
        self.objects[body["kind"], meta["namespace"], meta["name"]] = {**copy.deepcopy(dict(body)), "metadata": meta}
        self._changed((body["kind"], meta["namespace"], meta["name"]))

    def _check(self) -> None:
        if self.broken is not None:
            raise self.broken

    def _begin(self, verb: str, body: Body) -> _Name:
        self._check()
        kind, meta = body["kind"], body["metadata"]
        self.writes.append(f"{verb} {kind}")
        if kind in self.refused:
            raise self.refused[kind]
        return kind, meta["namespace"], meta["name"]

    def _changed(self, name: _Name) -> Object:
        self._version += 1
        self.objects[name]["metadata"]["resourceVersion"] = str(self._version)
        return copy.deepcopy(self.objects[name])

    def _own(self, name: _Name, manager: str, operation: str, fields: set[_Path]) -> None:
        self._fields[name, manager, operation] = fields
        entries = self.objects[name]["metadata"].setdefault("managedFields", [])
        entry = {"manager": manager, "operation": operation}
        if entry not in entries:
            entries.append(entry)

    def _set_by_patch(self, name: _Name, manager: str, operations: Sequence[Body]) -> None:
        """A patch of fields is an update of the manager's; lists are one field here."""
        set_here = [op["path"] for op in operations if op["op"] in ("add", "replace")]
        paths = [tuple(path.strip("/").split("/")) for path in set_here]
        fields = {path[:-1] if path[-1].isdigit() else path for path in paths if "managedFields" not in path}
        if fields:
            self._own(name, manager, "Update", fields)

    def _disown(self, name: _Name) -> None:
        """Follow a patch of `managedFields`: an update that became an apply, or that is gone."""
        entries = self.objects[name]["metadata"].get("managedFields", [])
        listed = {(entry["manager"], entry["operation"]) for entry in entries}
        for owner, manager, operation in list(self._fields):
            if owner == name and (manager, operation) not in listed:
                fields = self._fields.pop((owner, manager, operation))
                self._fields.setdefault((owner, manager, "Apply"), fields)


def _leaves(value: Any, path: _Path = ()) -> Iterator[_Path]:
    """The paths of all fields that are no mappings, or are applied as a whole; an empty mapping is a field too."""
    if isinstance(value, Mapping) and value and not WHOLE.intersection(path[-1:]):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    else:
        yield path


def _at(body: Body, path: _Path) -> Any:
    value: Any = body
    for part in path:
        value = value[part]
    return value


def _set(body: Object, path: _Path, value: Any) -> None:
    for part in path[:-1]:
        if not isinstance(body.get(part), dict):
            body[part] = {}
        body = body[part]
    body[path[-1]] = value


def _remove(body: Object, path: _Path) -> None:
    """Take a field away, and what is empty without it."""
    *above, last = path
    for depth in range(len(above), -1, -1):
        place = _at(body, tuple(above[:depth]))
        place.pop(last if depth == len(above) else above[depth], None)
        if place:
            return


def _merge(body: Object, changes: Body) -> None:
    for key, value in changes.items():
        if value is None:
            body.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(body.get(key), dict):
            _merge(body[key], value)
        else:
            body[key] = copy.deepcopy(value)
