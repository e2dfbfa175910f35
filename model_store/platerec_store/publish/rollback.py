"""Pointing a channel back to a release that it named before."""

from platerec_store.objects.port import ObjectStore
from platerec_store.objects.reading import read_channel
from platerec_store.publish.channels import (
    check_complete,
    check_name,
    check_unpinned,
    one_writer,
    read_etag,
    write_channel,
)
from platerec_store.publish.errors import PublishError
from platerec_store.release.channel import Channel


def roll_back(store: ObjectStore, channel: str, to: str | None = None) -> tuple[Channel, Channel]:
    """Point the channel to the release before, or to an earlier one of its history; the channel before and after.

    Nothing is tried twice: who promoted in the meantime leaves another release than the one that shall be left here.
    """
    check_name(channel)
    etag = read_etag(store, channel)
    before = read_channel(store, channel)
    check_unpinned(channel, before)
    release = _choose(channel, before, to)
    check_complete(store, release)
    after = before.rolled_back(release)
    with one_writer(channel):
        write_channel(store, channel, after, etag)
    return before, after


def _choose(name: str, channel: Channel, to: str | None) -> str:
    if not channel.previous:
        raise PublishError(f"Channel {name!r} named no release before {channel.release!r}: promote one instead.")
    if to is None:
        return channel.previous[0]
    if to not in channel.previous:
        known = ", ".join(channel.previous)
        raise PublishError(f"Channel {name!r} named {known} before, not {to!r}: promote that instead.")
    return to
