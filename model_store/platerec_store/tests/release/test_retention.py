from datetime import UTC, datetime, timedelta

import pytest

from platerec_store.release.channel import Channel
from platerec_store.release.retention import Retention, find_expired

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PUBLISHED = {f"r{days:02}": NOW - timedelta(days=days) for days in (40, 10, 60, 50)}


@pytest.mark.parametrize(
    ("newest", "days", "expired"),
    [
        (0, 0, ("r60", "r50", "r40", "r10")),
        (0, 30, ("r60", "r50", "r40")),
        (1, 30, ("r60", "r50", "r40")),
        (2, 30, ("r60", "r50")),
        (9, 0, ()),
        (0, 60, ()),
    ],
)
def test_the_newest_and_the_young_are_kept(newest: int, days: int, expired: tuple[str, ...]) -> None:
    assert find_expired(PUBLISHED, (), Retention(newest, timedelta(days=days)), NOW) == expired


def test_what_a_channel_names_or_remembers_is_kept() -> None:
    channels = (Channel(release="r60", revision=3, previous=("r50", "gone")), Channel(release="r10", revision=1))
    assert find_expired(PUBLISHED, channels, Retention(0, timedelta(0)), NOW) == ("r40",)
