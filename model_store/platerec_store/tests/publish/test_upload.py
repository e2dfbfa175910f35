"""Publishing: nothing is visible before it is complete, and nothing that is published ever changes."""

from datetime import timedelta
from pathlib import Path

import pytest

from platerec_store.objects.memory import MemoryStore
from platerec_store.objects.port import StoreError
from platerec_store.objects.reading import read_manifest
from platerec_store.publish.catalogue import read_catalogue
from platerec_store.publish.errors import PublishError
from platerec_store.publish.local import LocalStore
from platerec_store.publish.promote import promote_release
from platerec_store.publish.upload import publish_release
from platerec_store.release.blobs import blobs_of
from platerec_store.release.layout import blob_key, manifest_key
from platerec_store.release.manifest import Manifest
from platerec_store.release.reasons import Reason
from platerec_store.tests.make import CREATED, make_folder, make_published, make_release


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def publish(store: MemoryStore, out: Path, manifest: Manifest) -> tuple[bool, int, int]:
    done = publish_release(store, LocalStore(out), manifest, lambda _: None)
    return done.new, done.uploaded, done.skipped


def test_the_store_holds_every_blob_and_the_manifest(store: MemoryStore, tmp_path: Path) -> None:
    manifest = make_release(make_folder(tmp_path / "models"), "2026.11.3", tmp_path / "out")
    new, uploaded, skipped = publish(store, tmp_path / "out", manifest)
    assert (new, uploaded, skipped) == (True, len(blobs_of(manifest)), 0)
    assert {blob_key(digest) for digest in blobs_of(manifest)} < store.objects.keys()
    assert read_manifest(store, "2026.11.3")[0] == manifest


def test_progress_adds_up_to_the_release(store: MemoryStore, tmp_path: Path) -> None:
    manifest = make_release(make_folder(tmp_path / "models"), "r1", tmp_path / "out")
    for _ in range(2):
        sent: list[int] = []
        publish_release(store, LocalStore(tmp_path / "out"), manifest, sent.append)
        assert sum(sent) == sum(blobs_of(manifest).values())


def test_an_upload_that_breaks_leaves_no_release(store: MemoryStore, tmp_path: Path) -> None:
    manifest = make_release(make_folder(tmp_path / "models"), "r1", tmp_path / "out")

    def break_after_first(_: int) -> None:
        store.broken = StoreError(Reason.STORE_UNREACHABLE, "gone")

    with pytest.raises(StoreError):
        publish_release(store, LocalStore(tmp_path / "out"), manifest, break_after_first)
    assert manifest_key("r1") not in store.objects


def test_the_next_release_uploads_only_what_is_new(store: MemoryStore, tmp_path: Path) -> None:
    make_published(store, make_folder(tmp_path / "a"), "r1", tmp_path / "out")
    second = make_release(make_folder(tmp_path / "b", reader=b"new", reader_version=2), "r2", tmp_path / "out")
    assert publish(store, tmp_path / "out", second)[:2] == (True, 1)


def test_the_same_release_again_is_no_error(store: MemoryStore, tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models")
    first = make_published(store, folder, "r1", tmp_path / "out")
    again = make_release(folder, "r1", tmp_path / "out", created=CREATED + timedelta(days=1))
    assert publish(store, tmp_path / "out", again) == (False, 0, len(blobs_of(first)))
    assert read_manifest(store, "r1")[0] == first


def test_the_same_release_again_brings_back_a_blob_that_is_gone(store: MemoryStore, tmp_path: Path) -> None:
    manifest = make_published(store, make_folder(tmp_path / "models"), "r1", tmp_path / "out")
    gone = blob_key(next(iter(blobs_of(manifest))))
    del store.objects[gone]
    assert publish(store, tmp_path / "out", manifest)[:2] == (False, 1)
    assert gone in store.objects


def test_the_same_release_again_mends_a_blob_whose_bytes_changed(store: MemoryStore, tmp_path: Path) -> None:
    manifest = make_published(store, make_folder(tmp_path / "models"), "r1", tmp_path / "out")
    key = blob_key(next(iter(blobs_of(manifest))))
    good = store.objects[key]
    store.objects[key] = b"X" * len(good)
    assert publish(store, tmp_path / "out", manifest)[:2] == (False, 1)
    assert store.objects[key] == good


def test_a_name_that_is_taken_is_refused(store: MemoryStore, tmp_path: Path) -> None:
    make_published(store, make_folder(tmp_path / "a"), "r1", tmp_path / "out")
    other = make_release(make_folder(tmp_path / "b", reader=b"x", reader_version=2), "r1", tmp_path / "other")
    with pytest.raises(PublishError, match="releases never change, choose another name"):
        publish(store, tmp_path / "other", other)


def test_a_version_with_other_bytes_is_refused(store: MemoryStore, tmp_path: Path) -> None:
    make_published(store, make_folder(tmp_path / "a"), "r1", tmp_path / "out")
    other = make_release(make_folder(tmp_path / "b", reader=b"changed"), "r2", tmp_path / "out")
    before = dict(store.objects)
    with pytest.raises(PublishError, match="'plate_reader' version 1 has other bytes in release 'r1': raise"):
        publish(store, tmp_path / "out", other)
    assert store.objects == before


def test_a_version_may_gain_a_profile(store: MemoryStore, tmp_path: Path) -> None:
    make_published(store, make_folder(tmp_path / "a"), "r1", tmp_path / "out")
    both = make_folder(tmp_path / "b", profiles=("cpu-onnx", "gpu-torchscript"))
    assert publish(store, tmp_path / "out", make_release(both, "r2", tmp_path / "out"))[0]


def test_a_damaged_local_blob_is_not_uploaded(store: MemoryStore, tmp_path: Path) -> None:
    manifest = make_release(make_folder(tmp_path / "models"), "r1", tmp_path / "out")
    digest = manifest.model("plate_reader").profiles["cpu-onnx"].files[0].sha256
    LocalStore(tmp_path / "out").blob(digest).write_bytes(b"damaged")
    with pytest.raises(PublishError, match="build the release again"):
        publish(store, tmp_path / "out", manifest)
    assert blob_key(digest) not in store.objects


def test_an_unreadable_neighbour_does_not_stop_a_publication(store: MemoryStore, tmp_path: Path) -> None:
    store.put(manifest_key("broken"), b"not json")
    make_published(store, make_folder(tmp_path / "models"), "r1", tmp_path / "out")
    entries = read_catalogue(store)
    assert {entry.release: entry.fault is None for entry in entries} == {"broken": False, "r1": True}


def test_the_catalogue_knows_which_channels_point_where(store: MemoryStore, tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models")
    for name in ("r1", "r2"):
        make_published(store, folder, name, tmp_path / "out")
    promote_release(store, "r2", "stable")
    promote_release(store, "r2", "canary")
    assert {entry.release: tuple(entry.channels) for entry in read_catalogue(store)} == {
        "r1": (),
        "r2": ("canary", "stable"),
    }
