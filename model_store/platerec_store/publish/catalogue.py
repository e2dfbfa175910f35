"""What a store holds: its releases and its channels."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from platerec_store.objects.port import ObjectStore, StoreError
from platerec_store.objects.reading import read_channel, read_manifest
from platerec_store.release.channel import Channel
from platerec_store.release.layout import CHANNELS, RELEASES
from platerec_store.release.manifest import Manifest
from platerec_store.release.reasons import Reason

UNREADABLE = {Reason.CHANNEL_INVALID, Reason.MANIFEST_INVALID, Reason.MANIFEST_TOO_NEW}


@dataclass(frozen=True)
class Entry:
    """A release of the store: its manifest, or the sentence why it cannot be read; `channels` point to it."""

    release: str
    manifest: Manifest | None
    fault: str | None
    channels: Mapping[str, Channel]


def published_releases(store: ObjectStore) -> dict[str, datetime]:
    """The names of all published releases, and when each was published."""
    files = ((PurePosixPath(found.key), found) for found in store.list(RELEASES))
    return {key.parts[1]: found.modified for key, found in files if len(key.parts) == 3 and key.name == "manifest.json"}


def channel_names(store: ObjectStore) -> list[str]:
    """The names of all channels."""
    return [found.key.removeprefix(CHANNELS).removesuffix(".json") for found in store.list(CHANNELS)]


def read_catalogue(store: ObjectStore) -> list[Entry]:
    """Every release, oldest first, with the channels that point to it."""
    pointing = _channels(store)
    entries = [
        _entry(store, name, {key: channel for key, channel in pointing.items() if channel.release == name})
        for name in published_releases(store)
    ]
    return sorted(entries, key=lambda entry: entry.manifest.created.isoformat() if entry.manifest else "")


def _entry(store: ObjectStore, name: str, channels: Mapping[str, Channel]) -> Entry:
    try:
        manifest, _ = read_manifest(store, name)
    except StoreError as error:
        if error.reason not in UNREADABLE:
            raise
        return Entry(name, None, error.message, channels)
    return Entry(name, manifest, None, channels)


def _channels(store: ObjectStore) -> dict[str, Channel]:
    """All channels by their names; one that cannot be read points nowhere."""
    pointing = {}
    for name in channel_names(store):
        try:
            pointing[name] = read_channel(store, name)
        except StoreError as error:
            if error.reason not in UNREADABLE:
                raise
    return pointing
