"""Writing channels: of two writers at once one wins, and what a channel points to is complete."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from platerec_store.objects.port import ConflictError, ObjectMissingError, ObjectStore, StoreError
from platerec_store.objects.reading import read_manifest
from platerec_store.publish.errors import PublishError
from platerec_store.release.blobs import blobs_of
from platerec_store.release.channel import Channel
from platerec_store.release.layout import blob_key, channel_key
from platerec_store.release.reasons import Reason

_CHANNEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def check_name(channel: str) -> None:
    """PublishError for what no channel can be called."""
    if not _CHANNEL.fullmatch(channel):
        raise PublishError(f"{channel!r} is no channel name: lower-case letters, digits and dashes, such as stable.")


def check_unpinned(name: str, channel: Channel) -> None:
    """PublishError when the channel stays as it is."""
    if channel.pinned:
        raise PublishError(
            f"Channel {name!r} is pinned to release {channel.release!r}: "
            f"`platerec release pin {name} --off` takes the pin off."
        )


def check_complete(store: ObjectStore, release: str) -> None:
    """StoreError when the release was not published, or a blob of it is not there."""
    manifest, _ = read_manifest(store, release)
    for digest, size in blobs_of(manifest).items():
        key = blob_key(digest)
        try:
            found = store.info(key).size
        except ObjectMissingError as error:
            message = f"Release {release!r} is incomplete: {store.url(key)} is missing; publish it again."
            raise StoreError(Reason.BLOB_MISSING, message) from error
        if found != size:
            message = f"{store.url(key)} has {found} bytes instead of {size}: publish the release again."
            raise StoreError(Reason.BLOB_CORRUPT, message)


def read_etag(store: ObjectStore, channel: str) -> str | None:
    """What a later write names as the channel's content before; None when there is no such channel."""
    try:
        return store.info(channel_key(channel)).etag
    except ObjectMissingError:
        return None


@contextmanager
def one_writer(channel: str) -> Iterator[None]:
    """Say in a sentence that somebody else was quicker."""
    try:
        yield
    except ConflictError as error:
        raise PublishError(f"Somebody else changed channel {channel!r} meanwhile: look at it and try again.") from error


def write_channel(store: ObjectStore, name: str, channel: Channel, etag: str | None) -> None:
    """Write the channel; ConflictError when it changed after its ETag was read."""
    store.put(channel_key(name), channel.to_json(), if_absent=etag is None, if_match=etag)
