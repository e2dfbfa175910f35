"""A channel goes back only to complete releases of its own history, and never over somebody else's promotion."""

from pathlib import Path

import pytest

from platerec_store.objects.memory import MemoryStore
from platerec_store.objects.port import StoreError
from platerec_store.objects.reading import read_channel
from platerec_store.publish.errors import PublishError
from platerec_store.publish.promote import promote_release
from platerec_store.publish.rollback import roll_back
from platerec_store.release.blobs import blobs_of
from platerec_store.release.channel import Channel
from platerec_store.release.layout import blob_key, channel_key
from platerec_store.release.reasons import Reason
from platerec_store.tests.make import make_folder, make_published


class RacedStore(MemoryStore):
    """Somebody else promotes just before a conditional write, if `raced`."""

    raced = False

    def put(self, key: str, body: bytes, *, if_absent: bool = False, if_match: str | None = None) -> None:
        if self.raced:
            self.objects[key] = Channel(release="theirs", revision=10).to_json()
        super().put(key, body, if_absent=if_absent, if_match=if_match)


@pytest.fixture
def store(tmp_path: Path) -> RacedStore:
    """A store whose channel `stable` named r1, r2 and now r3."""
    store = RacedStore()
    for name in ("r1", "r2", "r3"):
        make_published(store, make_folder(tmp_path / "models"), name, tmp_path / "out")
        promote_release(store, name, "stable")
    return store


def test_it_goes_back_to_the_release_before(store: RacedStore) -> None:
    before, after = roll_back(store, "stable")
    assert before == Channel(release="r3", revision=3, previous=("r2", "r1"))
    assert after == read_channel(store, "stable") == Channel(release="r2", revision=4, previous=("r1",))


def test_twice_goes_back_by_two_and_not_to_what_was_left(store: RacedStore) -> None:
    roll_back(store, "stable")
    assert roll_back(store, "stable")[1].release == "r1"


def test_an_earlier_release_can_be_named(store: RacedStore) -> None:
    assert roll_back(store, "stable", "r1")[1] == Channel(release="r1", revision=4)


def test_a_release_that_the_channel_never_named(store: RacedStore) -> None:
    with pytest.raises(PublishError, match="Channel 'stable' named r2, r1 before, not 'r9'"):
        roll_back(store, "stable", "r9")
    assert read_channel(store, "stable").release == "r3"


def test_a_channel_without_a_history(store: RacedStore) -> None:
    promote_release(store, "r1", "canary")
    with pytest.raises(PublishError, match="Channel 'canary' named no release before 'r1'"):
        roll_back(store, "canary")


def test_a_release_that_lost_a_blob_is_not_gone_back_to(store: RacedStore, tmp_path: Path) -> None:
    manifest = make_published(store, make_folder(tmp_path / "others"), "r2", tmp_path / "out")
    del store.objects[blob_key(next(iter(blobs_of(manifest))))]
    with pytest.raises(StoreError) as caught:
        roll_back(store, "stable")
    assert caught.value.reason == Reason.BLOB_MISSING
    assert read_channel(store, "stable").release == "r3"


def test_somebody_elses_promotion_stays(store: RacedStore) -> None:
    store.raced = True
    with pytest.raises(PublishError, match="Somebody else changed channel 'stable' meanwhile"):
        roll_back(store, "stable")
    assert read_channel(store, "stable").release == "theirs"


@pytest.mark.parametrize(
    ("content", "reason"), [(None, Reason.CHANNEL_NOT_FOUND), (b"not json", Reason.CHANNEL_INVALID)]
)
def test_a_channel_that_says_nothing(store: RacedStore, content: bytes | None, reason: Reason) -> None:
    if content:
        store.objects[channel_key("night")] = content
    with pytest.raises(StoreError) as caught:
        roll_back(store, "night")
    assert caught.value.reason == reason
