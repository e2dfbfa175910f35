"""Bringing contents from the store into the cache."""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from platerec_store.agent.board import Board
from platerec_store.agent.job import Job, Superseded
from platerec_store.agent.metrics import FETCHED
from platerec_store.agent.resolving import StoreOpener
from platerec_store.disk.cache import BlobCache, verify
from platerec_store.disk.repository import ModelRepository
from platerec_store.disk.space import check_space
from platerec_store.objects.port import ObjectMissingError, ObjectStore, StoreError
from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Progress
from platerec_store.swap.wanted import Wanted, WantedFile

_AT_ONCE = 4
"""How many contents are fetched side by side: one connection to a store seldom fills the line."""


@dataclass(frozen=True)
class Fetcher:
    """Fetches what a release needs and the pod does not have; the board is told how far it is."""

    cache: BlobCache
    repository: ModelRepository
    open_store: StoreOpener
    board: Board

    def fetch_models(self, wanted: Wanted, job: Job) -> None:
        """Have every content in the cache that a model's folder is still to be made of. Superseded ends it early."""
        placed = self.repository.placed()
        models = [model for model in wanted.models if placed.get(model.name) != model.fingerprint]
        copied = 0 if self.repository.can_link else sum(file.size for model in models for file in model.files)
        check_space(self.repository.root, copied, f"release {wanted.release!r}")
        self._fetch(wanted, {name: file for model in models for name, file in model.contents().items()}.values(), job)

    def fetch_pictures(self, wanted: Wanted, job: Job) -> None:
        """Have the golden pictures in the cache. Superseded ends it early."""
        self._fetch(wanted, wanted.pictures().values(), job)

    def _fetch(self, wanted: Wanted, files: Collection[WantedFile], job: Job) -> None:
        missing = find_missing(self.cache, files)
        if not missing:
            return
        if job.decision is None:
            raise Superseded
        store = self.open_store(job.decision.source_of(wanted.manifest).s3)
        rest = sum(file.size - self.cache.done(file) for file in missing)
        check_space(self.cache.root, rest, f"release {wanted.release!r}")
        total = max(rest, sum(file.size for file in wanted.contents().values()))
        done, counting = total - rest, threading.Lock()

        def heard(size: int) -> None:
            nonlocal done
            with counting:
                done += size
                self.board.progress(Progress(done=min(done, total), total=total))
            if not job.in_force():
                raise Superseded

        heard(0)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            fetches = [pool.submit(fetch_content, store, self.cache, file, heard) for file in missing]
        for fetch in fetches:
            fetch.result()
        self.board.progress(None)


def find_missing(cache: BlobCache, files: Iterable[WantedFile]) -> list[WantedFile]:
    """The contents that must be fetched; what the cache holds is verified, for it may be older than this pod."""
    missing = []
    for file in files:
        if cache.has(file):
            try:
                verify(file, cache.path(file), str(cache.path(file)))
                continue
            except FaultError:
                cache.drop(file)
        missing.append(file)
    return missing


def fetch_content(store: ObjectStore, cache: BlobCache, file: WantedFile, heard: Callable[[int], None]) -> None:
    """Fetch the rest of one content; `heard` is told of each piece's size, and ends the fetch by raising."""
    with cache.part(file) as part:
        if cache.has(file):
            return
        start = part.tell()
        pieces = iter(()) if start == file.size and start else store.fetch(file.key, start, file.etag)
        try:
            cache.fill(file, part, _counted(pieces, heard), store.url(file.key))
        except ObjectMissingError as error:
            message = f"{store.url(file.key)} is missing, though the release lists it."
            raise StoreError(Reason.BLOB_MISSING, message) from error
        except FaultError as error:
            # The store itself may have said so (nothing lies behind our part), and then the part is still there.
            if error.reason == Reason.BLOB_CORRUPT:
                cache.drop(file)
            raise


def _counted(pieces: Iterator[bytes], heard: Callable[[int], None]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece
        FETCHED.inc(len(piece))
        heard(len(piece))
