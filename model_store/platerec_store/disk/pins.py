"""The pins on a pod: one file for each version of the pipeline, and those that requests may still be answered by.

A request holds a shared lock on its pins from beginning to end (`platerec_pipeline/pins.py`), and lets go of pins that
were replaced before it had the lock. So replaced pins that can be locked alone have no request, and get none.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from platerec_store.disk.atomic import write_whole
from platerec_store.release.document import DocumentError
from platerec_store.release.layout import PINS
from platerec_store.release.pins import Pins

_RETIRED = "retired"


class PinsFolder:
    """The pins below a model repository. Paths are relative to its root."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / PINS
        self._retired = self._folder / _RETIRED

    def read(self, path: str) -> Pins | None:
        """What a pipeline reads now; None when there is nothing that can be read."""
        try:
            return Pins.parse((self._root / path).read_bytes(), path)
        except (FileNotFoundError, DocumentError):
            return None

    def commit(self, path: str, pins: Pins) -> None:
        """Rename the pins into place. Those that they replace are kept, to see when their last request ends."""
        target, content = self._root / path, pins.to_json()
        self._retired.mkdir(parents=True, exist_ok=True)
        if target.exists():
            if target.read_bytes() == content:
                return
            with suppress(FileExistsError):  # an agent that was killed before the rename kept them already
                os.link(target, self._retired / str(target.stat().st_ino))
        write_whole(target, content)

    def drained(self, path: str) -> bool:
        """Whether every request is answered by the pins at `path`, those aside that wait in a version that goes."""
        return all(_is_free(other) for other in self._others(path))

    def sweep(self, path: str) -> None:
        """Remove all pins but those at `path`; only when drained, and when no other version of the pipeline serves."""
        for other in self._others(path):
            other.unlink()

    def _others(self, path: str) -> list[Path]:
        placed = [each for each in self._folder.glob("*.json") if each != self._root / path]
        return [*placed, *self._retired.glob("*")]


def _is_free(path: Path) -> bool:
    """Whether nobody holds a lock on the file."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
