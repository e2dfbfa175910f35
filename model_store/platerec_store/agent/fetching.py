"""Bringing contents from the store into the cache."""

from collections.abc import Callable, Iterable, Iterator

from platerec_store.agent.metrics import FETCHED
from platerec_store.disk.cache import BlobCache, verify
from platerec_store.objects.port import ObjectMissingError, ObjectStore, StoreError
from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.swap.wanted import WantedFile


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
