"""Bringing contents from the store into the cache."""

import threading
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
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
_LOOK_SECONDS = 0.5
"""How long a store, or another pod that fetches the same, is waited for before a look at what else happened."""


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
        self._carry_out(store, missing, Transfer(job, self.board, Progress(done=total - rest, total=total)))

    def _carry_out(self, store: ObjectStore, files: Iterable[WantedFile], transfer: "Transfer") -> None:
        """Fetch side by side. A thread that hangs in the store is left to itself: it gives up at its next piece."""
        pool = ThreadPoolExecutor(_AT_ONCE)
        try:
            fetches = [pool.submit(fetch_content, store, self.cache, file, transfer) for file in files]
            while wait(fetches, _LOOK_SECONDS).not_done:
                transfer.go_on()
            for fetch in fetches:
                fetch.result()
        finally:
            transfer.end()
            pool.shutdown(wait=False, cancel_futures=True)


class Transfer:
    """A fetch under way: how far it is, and whether it goes on. Several threads work on it."""

    def __init__(self, job: Job, board: Board, progress: Progress) -> None:
        self._job = job
        self._board = board
        self._progress = progress
        self._counting = threading.Lock()
        self._ended = threading.Event()
        self.count(0)

    def go_on(self) -> None:
        """Superseded when there is something else to be done first."""
        if self._ended.is_set() or not self._job.in_force():
            raise Superseded

    def count(self, size: int) -> None:
        """Some more bytes are here."""
        with self._counting:
            if self._ended.is_set():
                return
            total = self._progress.total
            self._progress = Progress(done=min(self._progress.done + size, total), total=total)
            self._board.progress(self._progress)

    def pause(self) -> None:
        """Wait a little; Superseded when there is something else to be done first."""
        self._ended.wait(_LOOK_SECONDS)
        self.go_on()

    def end(self) -> None:
        """Nobody works on it any more, those who still wait for the store included."""
        with self._counting:
            self._ended.set()
            self._board.progress(None)


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


def fetch_content(store: ObjectStore, cache: BlobCache, file: WantedFile, transfer: Transfer) -> None:
    """Fetch the rest of one content, as long as the transfer goes on."""
    with cache.part(file, transfer.pause) as part:
        if cache.has(file):
            return
        start = part.tell()
        pieces = iter(()) if start == file.size and start else store.fetch(file.key, start, file.etag)
        try:
            cache.fill(file, part, _counted(pieces, transfer), store.url(file.key))
        except ObjectMissingError as error:
            message = f"{store.url(file.key)} is missing, though the release lists it."
            raise StoreError(Reason.BLOB_MISSING, message) from error
        except FaultError as error:
            # The store itself may have said so (nothing lies behind our part), and then the part is still there.
            if error.reason == Reason.BLOB_CORRUPT:
                cache.drop(file)
            raise


def _counted(pieces: Iterator[bytes], transfer: Transfer) -> Iterator[bytes]:
    for piece in pieces:
        yield piece
        FETCHED.inc(len(piece))
        transfer.count(len(piece))
        transfer.go_on()
