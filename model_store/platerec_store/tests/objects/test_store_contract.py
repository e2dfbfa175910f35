"""What every object store promises: the real one over a real S3 server, and the fake that other tests use."""

import io

import pytest

from platerec_store.objects.memory import MemoryStore
from platerec_store.objects.port import ConflictError, ObjectMissingError, ObjectStore
from platerec_store.objects.s3 import S3Store


@pytest.fixture(params=["memory", pytest.param("s3", marks=pytest.mark.store)])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    if request.param == "memory":
        return MemoryStore()
    real: S3Store = request.getfixturevalue("s3_store")
    return real


def test_what_was_put_is_got(store: ObjectStore) -> None:
    store.put("channels/stable.json", b"{}")
    assert store.get("channels/stable.json") == b"{}"


def test_an_object_has_size_and_etag(store: ObjectStore) -> None:
    store.put("a", b"12345")
    info = store.info("a")
    assert (info.key, info.size) == ("a", 5)
    assert info.etag


def test_the_etag_changes_with_the_content(store: ObjectStore) -> None:
    store.put("a", b"one")
    before = store.info("a").etag
    store.put("a", b"two")
    assert store.info("a").etag != before


@pytest.mark.parametrize("call", ["get", "info"])
def test_a_missing_object_is_named(store: ObjectStore, call: str) -> None:
    with pytest.raises(ObjectMissingError) as caught:
        getattr(store, call)("releases/none/manifest.json")
    assert caught.value.message == f"{store.url('releases/none/manifest.json')} does not exist."


def test_fetching_a_missing_object_says_so(store: ObjectStore) -> None:
    with pytest.raises(ObjectMissingError):
        list(store.fetch("none"))


def test_fetching_goes_on_from_a_byte(store: ObjectStore) -> None:
    content = bytes(range(256)) * 9000
    store.put("blob", content)
    assert b"".join(store.fetch("blob", 2_000_000)) == content[2_000_000:]


def test_an_empty_object_is_fetched_as_nothing(store: ObjectStore) -> None:
    store.put("empty", b"")
    assert b"".join(store.fetch("empty")) == b""


def test_a_pinned_fetch_refuses_another_content(store: ObjectStore) -> None:
    store.put("a", b"one")
    etag = store.info("a").etag
    assert b"".join(store.fetch("a", 1, etag)) == b"ne"
    store.put("a", b"two")
    with pytest.raises(ConflictError):
        list(store.fetch("a", 1, etag))


def test_listing_gives_all_below_a_prefix_in_order(store: ObjectStore) -> None:
    for key in ("m/2/model.pt", "m/1/model.pt", "n/1/model.pt", "m/config.pbtxt"):
        store.put(key, b"x")
    assert [found.key for found in store.list("m/")] == ["m/1/model.pt", "m/2/model.pt", "m/config.pbtxt"]
    assert len(list(store.list())) == 4


def test_listing_and_info_agree(store: ObjectStore) -> None:
    store.put("m/1/model.pt", b"weights")
    assert list(store.list("m/")) == [store.info("m/1/model.pt")]


def test_listing_nothing_is_empty(store: ObjectStore) -> None:
    assert list(store.list("none/")) == []


def test_a_put_if_absent_never_overwrites(store: ObjectStore) -> None:
    store.put("manifest", b"first", if_absent=True)
    with pytest.raises(ConflictError):
        store.put("manifest", b"second", if_absent=True)
    assert store.get("manifest") == b"first"


def test_a_put_if_match_loses_to_who_was_quicker(store: ObjectStore) -> None:
    store.put("channel", b"1")
    read = store.info("channel").etag
    store.put("channel", b"2", if_match=read)
    with pytest.raises(ConflictError):
        store.put("channel", b"3", if_match=read)
    assert store.get("channel") == b"2"


def test_what_is_deleted_is_gone_and_may_be_gone_already(store: ObjectStore) -> None:
    store.put("a", b"1")
    store.put("ab", b"2")
    for _ in range(2):
        store.delete("a")
    assert [found.key for found in store.list()] == ["ab"]


def test_what_was_written_later_is_not_said_to_be_older(store: ObjectStore) -> None:
    store.put("a", b"1")
    store.put("b", b"2")
    first, second = store.list()
    assert first.modified <= second.modified
    assert first.modified.tzinfo


def test_an_upload_tells_how_far_it_is(store: ObjectStore) -> None:
    content = bytes(3_000_000)
    sent: list[int] = []
    store.upload("blob", io.BytesIO(content), sent.append)
    assert sum(sent) == 3_000_000
    assert store.info("blob").size == 3_000_000
