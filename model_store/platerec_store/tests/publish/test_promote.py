"""A channel points only to complete releases, and two promotions at once never mix."""

from pathlib import Path

import pytest

from platerec_store.objects.memory import MemoryStore
from platerec_store.objects.port import StoreError
from platerec_store.objects.reading import read_channel
from platerec_store.publish.errors import PublishError
from platerec_store.publish.promote import promote_release
from platerec_store.release.blobs import blobs_of
from platerec_store.release.channel import Channel
from platerec_store.release.layout import blob_key, channel_key
from platerec_store.release.manifest import Manifest
from platerec_store.release.reasons import Reason
from platerec_store.tests.make import make_folder, make_published


class RacedStore(MemoryStore):
    """Somebody else promotes just before each of the first `races` conditional writes."""

    races = 0

    def put(self, key: str, body: bytes, *, if_absent: bool = False, if_match: str | None = None) -> None:
        if self.races and key == channel_key("stable"):
            self.races -= 1
            self.objects[key] = Channel(release="theirs", revision=10 - self.races).to_json()
        super().put(key, body, if_absent=if_absent, if_match=if_match)


@pytest.fixture
def store() -> RacedStore:
    return RacedStore()


@pytest.fixture
def manifest(store: RacedStore, tmp_path: Path) -> Manifest:
    return make_published(store, make_folder(tmp_path / "models"), "r1", tmp_path / "out")


@pytest.mark.usefixtures("manifest")
def test_a_new_channel_starts_at_revision_one(store: RacedStore) -> None:
    promote_release(store, "r1", "stable")
    assert read_channel(store, "stable") == Channel(release="r1", revision=1)


@pytest.mark.usefixtures("manifest")
def test_every_promotion_counts(store: RacedStore) -> None:
    for _ in range(3):
        promote_release(store, "r1", "stable")
    assert read_channel(store, "stable").revision == 3


@pytest.mark.usefixtures("manifest")
@pytest.mark.parametrize("existing", [True, False])
def test_who_was_slower_tries_again(store: RacedStore, existing: bool) -> None:
    if existing:
        promote_release(store, "r1", "stable")
    store.races = 1
    promote_release(store, "r1", "stable")
    assert read_channel(store, "stable") == Channel(release="r1", revision=11, previous=("theirs",))


@pytest.mark.usefixtures("manifest")
def test_who_is_slower_twice_is_told(store: RacedStore) -> None:
    store.races = 2
    with pytest.raises(PublishError, match="Somebody else changed channel 'stable' meanwhile"):
        promote_release(store, "r1", "stable")
    assert read_channel(store, "stable").release == "theirs"


def test_a_release_that_does_not_exist(store: RacedStore) -> None:
    with pytest.raises(StoreError) as caught:
        promote_release(store, "r9", "stable")
    assert caught.value.reason == Reason.RELEASE_NOT_FOUND
    assert channel_key("stable") not in store.objects


def test_a_release_with_a_missing_blob(store: RacedStore, manifest: Manifest) -> None:
    gone = blob_key(list(blobs_of(manifest))[-1])
    del store.objects[gone]
    with pytest.raises(StoreError) as caught:
        promote_release(store, "r1", "stable")
    assert caught.value.reason == Reason.BLOB_MISSING
    assert store.url(gone) in caught.value.message


def test_a_release_with_a_blob_of_the_wrong_size(store: RacedStore, manifest: Manifest) -> None:
    store.objects[blob_key(next(iter(blobs_of(manifest))))] = b"short"
    with pytest.raises(StoreError) as caught:
        promote_release(store, "r1", "stable")
    assert caught.value.reason == Reason.BLOB_CORRUPT


@pytest.mark.usefixtures("manifest")
def test_a_channel_that_cannot_be_read_is_repaired(store: RacedStore) -> None:
    store.objects[channel_key("stable")] = b"not json"
    promote_release(store, "r1", "stable")
    assert read_channel(store, "stable") == Channel(release="r1", revision=1)


@pytest.mark.usefixtures("manifest")
def test_a_channel_of_a_newer_version_is_left_alone(store: RacedStore) -> None:
    store.objects[channel_key("stable")] = b'{"schemaNumber": 2}'
    with pytest.raises(StoreError) as caught:
        promote_release(store, "r1", "stable")
    assert caught.value.reason == Reason.MANIFEST_TOO_NEW


def test_a_channel_name_that_cannot_be(store: RacedStore) -> None:
    with pytest.raises(PublishError, match="no channel name"):
        promote_release(store, "r1", "../stable")
