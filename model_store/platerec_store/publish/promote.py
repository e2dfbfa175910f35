"""Pointing a channel to a release."""

from platerec_store.objects.port import ConflictError, ObjectStore, StoreError
from platerec_store.objects.reading import read_channel
from platerec_store.publish.channels import (
    check_complete,
    check_name,
    check_unpinned,
    one_writer,
    read_etag,
    write_channel,
)
from platerec_store.release.channel import Channel
from platerec_store.release.reasons import Reason


def promote_release(store: ObjectStore, release: str, channel: str) -> Channel:
    """Point the channel to a complete release. Of two at once one wins; the other tries once more."""
    check_name(channel)
    check_complete(store, release)
    try:
        return _point(store, release, channel)
    except ConflictError:
        pass
    with one_writer(channel):
        return _point(store, release, channel)


def _point(store: ObjectStore, release: str, channel: str) -> Channel:
    etag = read_etag(store, channel)
    before = _known(store, channel) if etag else None
    if before:
        check_unpinned(channel, before)
    after = before.promoted(release) if before else Channel(release=release, revision=1)
    write_channel(store, channel, after, etag)
    return after


def _known(store: ObjectStore, channel: str) -> Channel | None:
    """The channel; one that cannot be read is repaired by counting anew."""
    try:
        return read_channel(store, channel)
    except StoreError as error:
        if error.reason == Reason.CHANNEL_INVALID:
            return None
        raise
