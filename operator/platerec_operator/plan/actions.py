"""What shall be done to the cluster."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Create:
    """Make a child; who has the name already keeps it."""

    body: Object


@dataclass(frozen=True)
class Patch:
    """Make a child ready for an apply."""

    live: Object
    operations: tuple[Object, ...]


@dataclass(frozen=True)
class Apply:
    """Bring a child to what was rendered. The body carries the uid, so that it is never made anew by this."""

    body: Object


@dataclass(frozen=True)
class Leave:
    """An object of a child's name that is not ours: touch nothing, say so."""

    kind: str
    name: str
    message: str


Action = Create | Patch | Apply | Leave
