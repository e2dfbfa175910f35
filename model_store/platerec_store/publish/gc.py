"""Finding and deleting what nobody needs in a store: old releases, and the blobs that no release names."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from platerec_store.objects.port import ObjectInfo, ObjectStore, StoreError
from platerec_store.objects.reading import read_channel, read_manifest
from platerec_store.publish.catalogue import UNREADABLE, channel_names, published_releases
from platerec_store.publish.errors import PublishError
from platerec_store.release.blobs import blobs_of
from platerec_store.release.layout import BLOBS, blob_key, manifest_key
from platerec_store.release.retention import Retention, find_expired

GRACE = timedelta(hours=24)
"""A younger blob may belong to a release whose manifest is still to be written. Should a publication take over an older
one at this very moment, `promote` finds it missing, and publishing again brings it back."""


@dataclass(frozen=True)
class Garbage:
    """Releases, oldest first, and blobs that nobody needs once these are gone."""

    releases: tuple[str, ...]
    blobs: tuple[ObjectInfo, ...]

    @property
    def size(self) -> int:
        """Bytes of the blobs."""
        return sum(blob.size for blob in self.blobs)


def find_garbage(store: ObjectStore, retention: Retention, now: datetime) -> Garbage:
    """What can be deleted; PublishError when a channel or a release cannot be read, for it may name anything."""
    published = published_releases(store)
    try:
        channels = [read_channel(store, name) for name in channel_names(store)]
        expired = find_expired(published, channels, retention, now)
        manifests = [read_manifest(store, release)[0] for release in published if release not in expired]
    except StoreError as error:
        if error.reason not in UNREADABLE:
            raise
        raise PublishError(f"{error.message} As long as it cannot be read, nothing is deleted.") from error
    named = {blob_key(digest) for manifest in manifests for digest in blobs_of(manifest)}
    blobs = (blob for blob in store.list(BLOBS) if blob.key not in named and blob.modified < now - GRACE)
    return Garbage(expired, tuple(blobs))


def delete_garbage(store: ObjectStore, garbage: Garbage) -> None:
    """The manifests first, so that no release ever lacks a blob; what is cut short is found again."""
    for release in garbage.releases:
        store.delete(manifest_key(release))
    for blob in garbage.blobs:
        store.delete(blob.key)
