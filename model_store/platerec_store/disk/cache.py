"""The cache of contents, by their names in `swap.wanted`: complete and verified, or a `.part` that is resumed.

The folder may be a volume that several pods share.
"""

import errno
import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from platerec_store.disk.atomic import sync_folder
from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.swap.wanted import WantedFile

_FULL = {errno.ENOSPC, errno.EDQUOT}


class BlobCache:
    """Contents below a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def has(self, file: WantedFile) -> bool:
        """Whether the content is complete."""
        try:
            return self.path(file).stat().st_size == file.size
        except FileNotFoundError:
            return False

    def path(self, file: WantedFile) -> Path:
        """Where the content lies."""
        return self.root / file.cached

    def done(self, file: WantedFile) -> int:
        """How many bytes of it are here."""
        if self.has(file):
            return file.size
        try:
            return min(self._part(file).stat().st_size, file.size)
        except FileNotFoundError:
            return 0

    def fill(self, file: WantedFile, part: BinaryIO, pieces: Iterable[bytes], where: str) -> None:
        """Append what is missing, verify all of it, and give it its name; `where` names it in messages.

        FaultError: BlobCorrupt (then the part is gone, too) or DiskFull.
        """
        with disk_full_is_said(self.root):
            for piece in pieces:
                part.write(piece)
                if part.tell() > file.size:
                    break
            part.flush()
            os.fsync(part.fileno())
        try:
            verify(file, self._part(file), where)
        except FaultError:
            self._part(file).unlink()
            raise
        self._part(file).rename(self.path(file))
        sync_folder(self.path(file).parent)

    @contextmanager
    def part(self, file: WantedFile, pause: Callable[[], None]) -> Iterator[BinaryIO]:
        """The part of a content, for appending; whoever shares the cache waits for the one who is writing.

        `pause` waits a little while, and ends the waiting when it raises.
        """
        # What could not be written is tried once more when the file is closed.
        with disk_full_is_said(self.root), self._locked(self._part(file), pause) as part:
            if part.tell() > file.size:
                part.truncate(0)
            yield part
            if self.has(file):
                self._part(file).unlink(missing_ok=True)

    def drop(self, file: WantedFile) -> None:
        """Forget a content."""
        self.path(file).unlink(missing_ok=True)
        self._part(file).unlink(missing_ok=True)

    def touch(self, names: Iterable[str]) -> None:
        """Show whoever shares the cache that these are needed."""
        for name in names:
            for path in (self.root / name, self.root / f"{name}.part"):
                with suppress(FileNotFoundError):
                    os.utime(path)

    def sweep(self, kept: frozenset[str], untouched: float = 0.0) -> None:
        """Remove every content, and part of one, that is not among `kept` and that nobody is fetching.

        Where others share the cache, only what nobody has touched for so many seconds.
        """
        for path in self.root.glob("*/**/*"):
            name = path.relative_to(self.root).as_posix().removesuffix(".part")
            if path.is_file() and name not in kept and _age(path) >= untouched and not _is_locked(path):
                path.unlink(missing_ok=True)

    def _locked(self, path: Path, pause: Callable[[], None]) -> BinaryIO:
        while True:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.open("ab")
            try:
                fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                part.close()
                pause()
                continue
            # Who had the lock before may have found its bytes corrupt, and removed the file under us.
            if os.fstat(part.fileno()).st_nlink:
                return part
            part.close()

    def _part(self, file: WantedFile) -> Path:
        return self.root / f"{file.cached}.part"


def _age(path: Path) -> float:
    """Seconds since the file was written or touched; those of one that somebody else removed do not matter."""
    try:
        return max(0.0, time.time() - path.stat().st_mtime)
    except FileNotFoundError:
        return 0.0


def _is_locked(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def verify(file: WantedFile, path: Path, where: str) -> None:
    """FaultError (BlobCorrupt) unless the file has the size, and the digest if one is known, that it shall have."""
    size = path.stat().st_size
    if size != file.size:
        message = f"{where} is corrupt: expected {file.size} bytes, got {size}."
        raise FaultError(Reason.BLOB_CORRUPT, message)
    if file.sha256 is None:
        return
    with path.open("rb") as content:
        found = f"sha256:{hashlib.file_digest(content, 'sha256').hexdigest()}"
    if found != file.sha256:
        message = f"{where} is corrupt: expected {file.sha256}, got {found}."
        raise FaultError(Reason.BLOB_CORRUPT, message)


@contextmanager
def disk_full_is_said(root: Path) -> Iterator[None]:
    """Turn an error for want of space into a FaultError (DiskFull)."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        message = f"The volume of {root} is full: give it more space."
        raise FaultError(Reason.DISK_FULL, message) from error
