"""Triton's model repository on a pod: a model's folder is there as a whole, or not at all."""

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from platerec_store.disk.atomic import sync_folder, write_whole
from platerec_store.disk.cache import BlobCache, disk_full_is_said
from platerec_store.disk.pins import PinsFolder
from platerec_store.release.document import DocumentError
from platerec_store.swap.state import State
from platerec_store.swap.wanted import WantedModel

_FINGERPRINT = ".platerec-content"
_STAGING = ".staging"
_STATE = ".platerec-swap.json"


class ModelRepository:
    """Folders below Triton's model repository, made of what lies in a cache."""

    def __init__(self, root: Path, cache: BlobCache) -> None:
        self.root = root
        self.pins = PinsFolder(root)
        self._cache = cache

    def placed(self) -> dict[str, str]:
        """The folder of every model, and the fingerprint of what is in it."""
        marks = self.root.glob(f"*/{_FINGERPRINT}")
        return {mark.parent.name: mark.read_text() for mark in marks if mark.parent.parent == self.root}

    def place(self, model: WantedModel) -> None:
        """Build the folder aside and rename it into place; what lay there before goes away."""
        staging = self.root / _STAGING
        with disk_full_is_said(self.root):
            shutil.rmtree(staging, ignore_errors=True)
            new = staging / "new"
            for file in model.files:
                self._put(new / file.path, None if file.is_folder else self._cache.path(file))
            write_whole(new / _FINGERPRINT, model.fingerprint.encode())
        target = self.root / model.name
        if target.exists():
            target.rename(staging / "old")
        new.rename(target)
        sync_folder(self.root)
        shutil.rmtree(staging)

    def rewrite(self, model: str, name: str, change: Callable[[str], str]) -> None:
        """Change a text file of a placed model, and of that model alone; one that is not there stays away."""
        path = self.root / model / name
        if path.exists():
            text = change(path.read_text())
            path.unlink()  # the cache and other folders may hold the same file
            path.write_text(text)

    def sweep(self, kept: frozenset[str]) -> None:
        """Remove every model folder that is not among `kept`."""
        for name in self.placed().keys() - kept:
            shutil.rmtree(self.root / name)

    @cached_property
    def can_link(self) -> bool:
        """Whether contents of the cache can be linked instead of copied.

        Tried out: two mounts of one volume look the same and still refuse it.
        """
        link = self.root / ".link-probe"
        link.unlink(missing_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._cache.root, prefix=".link-probe-") as probe:
            try:
                os.link(probe.name, link)
            except OSError:
                return False
        link.unlink()
        return True

    def state(self) -> State:
        """Where the pod's swap stands; at its beginning when there is no memory of one."""
        try:
            return State.parse((self.root / _STATE).read_bytes(), _STATE)
        except (FileNotFoundError, DocumentError):
            return State()

    def remember(self, state: State) -> None:
        """Keep the state across restarts."""
        write_whole(self.root / _STATE, state.to_json())

    def _put(self, path: Path, source: Path | None) -> None:
        if source is None:
            path.mkdir(parents=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.can_link:
            os.link(source, path)
            return
        with source.open("rb") as content, path.open("wb") as copy:
            shutil.copyfileobj(content, copy)
            copy.flush()
            os.fsync(copy.fileno())
