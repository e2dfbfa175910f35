"""The pins: which release answers, under which names its models are loaded, and the pipeline's settings.

A request holds a shared lock on the pins that it is answered by. They are replaced by renaming another file into
place, so the lock of a request that began before stays on the file that it read: whoever can lock that one for
itself alone knows that no request of the old release is left.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


class PinsError(RuntimeError):
    """No usable pins; the message is one sentence for the sender of the request."""


@dataclass(frozen=True)
class Pins:
    """What one request is answered by, from its start to its end."""

    release: str
    models: dict[str, str]
    max_plates: int
    detection_threshold: float
    grammar: str

    def model(self, name: str) -> str:
        """The name that the model is loaded under."""
        try:
            return self.models[name]
        except KeyError as error:
            raise PinsError(f"Release {self.release} has no model {name}.") from error


class PinsFile:
    """The pins as one instance of the pipeline sees them, which answers one request at a time.

    The file stays open, and is read again only when it was replaced. The kernel frees the lock of a process that ends.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._pins: Pins | None = None

    @contextmanager
    def held(self) -> Iterator[Pins]:
        """The pins of one request, in use until the block ends. PinsError when there are none that can be used."""
        file, pins = self._take()
        try:
            yield pins
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)

    def _take(self) -> tuple[BinaryIO, Pins]:
        """The file, locked and still in place after it was, and what it says."""
        try:
            while self._file is None or self._pins is None or not self._lock(self._file):
                self._open()
        except OSError as error:
            self._close()
            raise PinsError("No release is active yet.") from error
        return self._file, self._pins

    def _open(self) -> None:
        """Read the file that is in place now."""
        self._close()
        self._file = self._path.open("rb")
        self._pins = parse_pins(self._file.read())

    def _close(self) -> None:
        """Forget the file; its lock is freed."""
        if self._file is not None:
            self._file.close()
        self._file, self._pins = None, None

    def _lock(self, file: BinaryIO) -> bool:
        """Lock the file; whether it is the one in place, after which its lock counts."""
        fcntl.flock(file, fcntl.LOCK_SH)
        mine, placed = os.fstat(file.fileno()), self._path.stat()
        return (mine.st_dev, mine.st_ino) == (placed.st_dev, placed.st_ino)


def parse_pins(text: str | bytes) -> Pins:
    """Pins from their JSON; settings that are missing have the recognizer's defaults."""
    try:
        data = json.loads(text)
        settings = data.get("pipeline", {})
        return Pins(
            release=data["release"],
            models=dict(data["models"]),
            max_plates=int(settings.get("maxPlates", 64)),
            detection_threshold=float(settings.get("detectionThreshold", 0.4)),
            grammar=settings.get("grammar", "ru"),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PinsError("The active release cannot be read: its pins are damaged.") from error
