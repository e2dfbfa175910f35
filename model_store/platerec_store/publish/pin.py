"""Holding a channel at its release."""

from platerec_store.objects.port import ObjectStore
from platerec_store.objects.reading import read_channel
from platerec_store.publish.channels import check_name, one_writer, read_etag, write_channel
from platerec_store.release.channel import Channel


def pin_channel(store: ObjectStore, channel: str, *, pinned: bool) -> Channel:
    """Set the channel's pin or take it off; nothing is written when it is so already."""
    check_name(channel)
    etag = read_etag(store, channel)
    before = read_channel(store, channel)
    if before.pinned == pinned:
        return before
    after = before.with_pin(pinned)
    with one_writer(channel):
        write_channel(store, channel, after, etag)
    return after
