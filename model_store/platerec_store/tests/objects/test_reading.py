"""Documents that are missing, broken or too new have a reason of their own and name the object."""

from pathlib import Path

import pytest

from platerec_store.objects.memory import MemoryStore
from platerec_store.objects.port import StoreError
from platerec_store.objects.reading import read_channel, read_manifest, read_repository
from platerec_store.release.layout import channel_key, manifest_key
from platerec_store.release.manifest import digest_of
from platerec_store.release.reasons import Reason
from platerec_store.tests.make import make_folder, make_published

BROKEN = [
    (b"not json", Reason.MANIFEST_INVALID),
    (b"[]", Reason.MANIFEST_INVALID),
    (b"\xff\xfe", Reason.MANIFEST_INVALID),
    (b'{"release": "r1"}', Reason.MANIFEST_INVALID),
    (b'{"schemaNumber": 2}', Reason.MANIFEST_TOO_NEW),
]


@pytest.mark.parametrize(("content", "reason"), BROKEN)
def test_a_broken_manifest(content: bytes, reason: Reason) -> None:
    store = MemoryStore()
    store.put(manifest_key("r1"), content)
    with pytest.raises(StoreError) as caught:
        read_manifest(store, "r1")
    assert caught.value.reason == reason
    assert store.url(manifest_key("r1")) in caught.value.message
    assert not caught.value.transient


def test_a_manifest_comes_with_the_digest_of_its_bytes(tmp_path: Path) -> None:
    store = MemoryStore()
    manifest = make_published(store, make_folder(tmp_path / "models"), "r1", tmp_path / "out")
    assert read_manifest(store, "r1") == (manifest, digest_of(store.objects[manifest_key("r1")]))


def test_a_manifest_of_another_release(tmp_path: Path) -> None:
    store = MemoryStore()
    make_published(store, make_folder(tmp_path / "models"), "r1", tmp_path / "out")
    store.put(manifest_key("r2"), store.get(manifest_key("r1")))
    with pytest.raises(StoreError, match="of release 'r1', not of 'r2'") as caught:
        read_manifest(store, "r2")
    assert caught.value.reason == Reason.MANIFEST_INVALID


def test_a_release_that_was_never_published() -> None:
    with pytest.raises(StoreError, match="never published") as caught:
        read_manifest(MemoryStore(), "r1")
    assert caught.value.reason == Reason.RELEASE_NOT_FOUND


def test_a_channel_without_a_release() -> None:
    with pytest.raises(StoreError, match="'stable' names no release yet") as caught:
        read_channel(MemoryStore(), "stable")
    assert caught.value.reason == Reason.CHANNEL_NOT_FOUND


@pytest.mark.parametrize("content", [b"r1", b'{"release": "r1"}', b'{"release": "R 1", "revision": 1}'])
def test_a_broken_channel(content: bytes) -> None:
    store = MemoryStore()
    store.put(channel_key("stable"), content)
    with pytest.raises(StoreError) as caught:
        read_channel(store, "stable")
    assert caught.value.reason == Reason.CHANNEL_INVALID


def test_a_plain_repository_becomes_a_release() -> None:
    store = MemoryStore()
    store.put("stn/config.pbtxt", b"config")
    store.put("stn/1/model.pt", b"weights")
    repository = read_repository(store)
    assert repository.models == ("stn",)
    assert [file.path for file in repository.files] == ["stn/1/model.pt", "stn/config.pbtxt"]


@pytest.mark.parametrize("keys", [[], ["README.md"], ["stn/config.pbtxt", "stn/latest/model.pt"]])
def test_a_prefix_without_a_repository(keys: list[str]) -> None:
    store = MemoryStore()
    for key in keys:
        store.put(key, b"x")
    with pytest.raises(StoreError, match="holds no Triton repository") as caught:
        read_repository(store)
    assert caught.value.reason == Reason.REPOSITORY_EMPTY


def test_a_file_name_that_cannot_be() -> None:
    store = MemoryStore()
    store.put("stn/1/../../etc/passwd", b"x")
    with pytest.raises(StoreError, match="whose name") as caught:
        read_repository(store)
    assert caught.value.reason == Reason.MANIFEST_INVALID
