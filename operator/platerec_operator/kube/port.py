"""What the operator needs of a cluster. Objects are plain JSON; kinds are those of `kinds.py`."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

Object = dict[str, Any]
Body = Mapping[str, Any]


class ClusterError(Exception):
    """The API server does not do what it was asked; the message is one sentence. It may do it later."""


class NotFoundError(ClusterError):
    """There is no such object, or no such kind."""


class NameTakenError(ClusterError):
    """There is an object of that name already."""


class ConflictError(ClusterError):
    """The object is not, or no longer, the one that the request speaks of."""


class RefusedError(ClusterError):
    """The API server will never take this body, or forbids the request: the message is its own."""


class Cluster(Protocol):
    """An API server. Methods raise ClusterError, and nothing else, when it does not do what they say."""

    async def get(self, kind: str, namespace: str, name: str) -> Object | None:
        """The object, None when there is none."""

    async def list(self, kind: str, namespace: str | None, selector: str = "") -> list[Object]:
        """All objects that carry the labels of the selector, in one namespace or in all."""

    async def create(self, body: Body, manager: str) -> Object:
        """Make an object; NameTakenError when there is one of that name."""

    async def apply(self, body: Body, manager: str, subresource: str = "") -> Object:
        """Server-side apply; ConflictError when the body's uid is not the object's."""

    async def patch(self, live: Body, operations: Sequence[Body], manager: str) -> Object:
        """A JSON patch of an object; ConflictError when one of its tests fails."""
