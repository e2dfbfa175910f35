"""What somebody may need stays, whatever else goes."""

from datetime import timedelta
from pathlib import Path

import pytest

from platerec_store.objects.memory import MemoryStore
from platerec_store.objects.port import StoreError
from platerec_store.publish.channels import check_complete
from platerec_store.publish.errors import PublishError
from platerec_store.publish.gc import delete_garbage, find_garbage
from platerec_store.publish.promote import promote_release
from platerec_store.release.layout import blob_key, channel_key, manifest_key
from platerec_store.release.manifest import digest_of
from platerec_store.release.reasons import Reason
from platerec_store.release.retention import Retention
from platerec_store.tests.make import make_folder, make_published

RETENTION = Retention(newest=1, age=timedelta(days=30))


@pytest.fixture
def store(tmp_path: Path) -> MemoryStore:
    """r1 to r4, a new reader in each, published with a day between them a hundred days ago; `stable` names r2."""
    store = MemoryStore()
    for version in (1, 2, 3, 4):
        store.now += timedelta(days=1)
        folder = make_folder(tmp_path / f"m{version}", reader=b"reader %d" % version, reader_version=version)
        make_published(store, folder, f"r{version}", tmp_path / f"out{version}")
    promote_release(store, "r2", "stable")
    store.now += timedelta(days=100)
    return store


def reader(version: int) -> str:
    return blob_key(digest_of(b"reader %d" % version))


def test_old_releases_go_with_the_files_that_only_they_have(store: MemoryStore) -> None:
    before = set(store.objects)
    garbage = find_garbage(store, RETENTION, store.now)
    assert garbage.releases == ("r1", "r3")
    assert [blob.key for blob in garbage.blobs] == sorted([reader(1), reader(3)])
    assert garbage.size == 2 * len(b"reader 1")
    assert set(store.objects) == before, "finding deletes nothing"
    delete_garbage(store, garbage)
    assert before - set(store.objects) == {manifest_key("r1"), manifest_key("r3"), reader(1), reader(3)}
    for release in ("r2", "r4"):
        check_complete(store, release)


def test_afterwards_nothing_is_left_to_delete(store: MemoryStore) -> None:
    delete_garbage(store, find_garbage(store, RETENTION, store.now))
    again = find_garbage(store, RETENTION, store.now)
    assert (again.releases, again.blobs) == ((), ())


def test_the_release_that_a_channel_would_go_back_to_stays(store: MemoryStore) -> None:
    promote_release(store, "r3", "stable")
    assert find_garbage(store, RETENTION, store.now).releases == ("r1",)


def test_files_of_a_publication_that_is_under_way_stay_for_a_day(store: MemoryStore) -> None:
    store.put(blob_key(digest_of(b"new")), b"new")
    new = blob_key(digest_of(b"new"))
    assert new not in [blob.key for blob in find_garbage(store, RETENTION, store.now).blobs]
    later = store.now + timedelta(hours=25)
    assert new in [blob.key for blob in find_garbage(store, RETENTION, later).blobs]


@pytest.mark.parametrize("key", [channel_key("stable"), manifest_key("r4")])
@pytest.mark.parametrize("content", [b"not json", b'{"schemaNumber": 99}'])
def test_what_cannot_be_read_may_name_anything(store: MemoryStore, key: str, content: bytes) -> None:
    store.put(key, content)
    with pytest.raises(PublishError, match=r"As long as it cannot be read, nothing is deleted\.") as caught:
        find_garbage(store, RETENTION, store.now)
    assert store.url(key) in str(caught.value)


def test_a_store_that_does_not_answer_says_so(store: MemoryStore) -> None:
    store.broken = StoreError(Reason.STORE_UNREACHABLE, "The store does not answer.")
    with pytest.raises(StoreError, match="does not answer"):
        find_garbage(store, RETENTION, store.now)


def test_a_run_that_was_cut_short_is_gone_on_with(store: MemoryStore) -> None:
    store.delete(manifest_key("r1"))
    garbage = find_garbage(store, RETENTION, store.now)
    assert garbage.releases == ("r3",)
    assert reader(1) in [blob.key for blob in garbage.blobs]
