"""An object store in memory, for tests: it keeps the port's contract and can be told to fail."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import BinaryIO

from platerec_store.objects.port import ConflictError, ObjectInfo, ObjectMissingError, StoreError


class MemoryStore:
    """Objects in a dict.

    `broken` fails every call, `fetched` remembers what was fetched from which byte, `on_piece` is called with the
    key and the first byte of each piece before it is given. `now` is the time at which objects are written.
    """

    def __init__(self, where: str = "s3://memory", piece: int = 1 << 16) -> None:
        self.objects: dict[str, bytes] = {}
        self.broken: StoreError | None = None
        self.fetched: list[tuple[str, int]] = []
        self.on_piece: Callable[[str, int], None] = lambda *_: None
        self.now = datetime(2026, 11, 3, tzinfo=UTC)
        self._modified: dict[str, datetime] = {}
        self._where = where
        self._piece = piece

    def url(self, key: str = "") -> str:
        """`s3://memory/<key>`."""
        return f"{self._where}/{key}"

    def info(self, key: str) -> ObjectInfo:
        """Size and ETag."""
        return self._info(key, self.get(key))

    def get(self, key: str) -> bytes:
        """The content."""
        self._check()
        if key not in self.objects:
            raise ObjectMissingError(self.url(key))
        return self.objects[key]

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """All objects below."""
        self._check()
        for key in sorted(self.objects):
            if key.startswith(prefix):
                yield self._info(key, self.objects[key])

    def fetch(self, key: str, start: int = 0, etag: str | None = None) -> Iterator[bytes]:
        """The content from `start` on."""
        content = self.get(key)
        if etag not in (None, self._info(key, content).etag):
            raise ConflictError(self.url(key))
        self.fetched.append((key, start))
        for at in range(start, len(content), self._piece):
            self._check()
            self.on_piece(key, at)
            yield content[at : at + self._piece]

    def put(self, key: str, body: bytes, *, if_absent: bool = False, if_match: str | None = None) -> None:
        """Write under a condition."""
        self._check()
        if if_absent and key in self.objects:
            raise ConflictError(self.url(key))
        if if_match is not None and (key not in self.objects or self.info(key).etag != if_match):
            raise ConflictError(self.url(key))
        self._write(key, body)

    def upload(self, key: str, body: BinaryIO, sent: Callable[[int], None]) -> None:
        """Write all of a file."""
        self._check()
        self._write(key, body.read())
        sent(len(self.objects[key]))

    def delete(self, key: str) -> None:
        """Take it away."""
        self._check()
        self.objects.pop(key, None)

    def _write(self, key: str, body: bytes) -> None:
        self.objects[key] = body
        self._modified[key] = self.now

    def _check(self) -> None:
        if self.broken is not None:
            raise self.broken

    def _info(self, key: str, content: bytes) -> ObjectInfo:
        etag = f'"{sha256(content).hexdigest()[:32]}"'
        return ObjectInfo(key, len(content), etag, self._modified.get(key, self.now))
