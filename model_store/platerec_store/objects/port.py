"""What the project needs of an object store. Keys are relative to the store's prefix."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol

from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason


@dataclass(frozen=True)
class ObjectInfo:
    """What a store says of an object without its bytes; `etag` is opaque and changes with the content.

    `modified` is when it was written; some answers of a store round it to the second, so it tells no two objects apart.
    """

    key: str
    size: int
    etag: str
    modified: datetime = field(compare=False)


class StoreError(FaultError):
    """A store or an object that cannot be used; the message is one sentence that names the object."""


class ObjectMissingError(StoreError):
    """The bucket has no object of that key. Who knows what the object is for gives a better reason."""

    def __init__(self, url: str) -> None:
        super().__init__(Reason.BLOB_MISSING, f"{url} does not exist.")


class ConflictError(StoreError):
    """The object is not the one that a conditional request named: somebody else was quicker."""

    def __init__(self, url: str) -> None:
        super().__init__(Reason.MANIFEST_CHANGED, f"{url} was changed by somebody else in the meantime.")


class ObjectStore(Protocol):
    """A bucket and prefix. Every method blocks, and raises StoreError and nothing else."""

    def url(self, key: str = "") -> str:
        """How messages name an object: `s3://bucket/prefix/key`."""

    def info(self, key: str) -> ObjectInfo:
        """Size and ETag; ObjectMissingError when there is none."""

    def get(self, key: str) -> bytes:
        """A small object's content; ObjectMissingError when there is none."""

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """All objects below, in the order of their keys; nothing when there are none."""

    def fetch(self, key: str, start: int = 0, etag: str | None = None) -> Iterator[bytes]:
        """The content from byte `start` on, in pieces; ConflictError when the ETag is not the given one."""

    def put(self, key: str, body: bytes, *, if_absent: bool = False, if_match: str | None = None) -> None:
        """Write a small object; ConflictError when the condition does not hold."""

    def upload(self, key: str, body: BinaryIO, sent: Callable[[int], None]) -> None:
        """Write an object of any size; `sent` hears of each piece's bytes, from any thread."""

    def delete(self, key: str) -> None:
        """Take an object away; one that is not there is no error."""
