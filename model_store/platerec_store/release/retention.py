"""Which releases of a store nobody needs any more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from platerec_store.release.channel import Channel


@dataclass(frozen=True)
class Retention:
    """What is kept besides all that channels name or remember: the newest releases, and those of the last days."""

    newest: int
    age: timedelta


def find_expired(
    published: Mapping[str, datetime], channels: Iterable[Channel], retention: Retention, now: datetime
) -> tuple[str, ...]:
    """The releases that are not kept, oldest first; `published` says when each was."""
    newest_first = sorted(published, key=lambda release: (published[release], release), reverse=True)
    kept = {release for channel in channels for release in (channel.release, *channel.previous)}
    kept.update(newest_first[: retention.newest])
    kept.update(release for release, at in published.items() if at >= now - retention.age)
    return tuple(release for release in reversed(newest_first) if release not in kept)
