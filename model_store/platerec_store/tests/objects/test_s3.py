"""Every fault of a real S3 server, and of its absence, has a reason and names the object."""

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from platerec_store.objects import s3
from platerec_store.objects.credentials import KeyFolder, Keys
from platerec_store.objects.port import StoreError
from platerec_store.objects.s3 import S3Store, open_store
from platerec_store.release.reasons import Reason
from platerec_store.release.source import S3
from platerec_testing.ports import free_ports
from platerec_testing.store import S3Server

pytestmark = pytest.mark.store


def writer(server: S3Server) -> Keys:
    return Keys(server.writer.access_key, server.writer.secret_key)


def write_keys(folder: Path, keys: Keys) -> None:
    (folder / "AWS_ACCESS_KEY_ID").write_text(keys.access_key + "\n")
    (folder / "AWS_SECRET_ACCESS_KEY").write_text(keys.secret_key)


def fault(store: S3Store, call: str) -> StoreError:
    with pytest.raises(StoreError) as caught:
        list(store.list()) if call == "list" else getattr(store, call)("channels/stable.json")
    return caught.value


CALLS = pytest.mark.parametrize("call", ["get", "info", "list"])


@CALLS
def test_a_bucket_that_does_not_exist(s3_server: S3Server, call: str) -> None:
    store = open_store(S3(bucket="nowhere", endpoint=s3_server.endpoint), writer(s3_server))
    error = fault(store, call)
    assert error.reason == Reason.BUCKET_NOT_FOUND
    assert "'nowhere'" in error.message


def test_a_bucket_name_that_cannot_be(s3_server: S3Server) -> None:
    error = fault(open_store(S3(bucket="no spaces", endpoint=s3_server.endpoint), writer(s3_server)), "get")
    assert error.reason == Reason.BUCKET_NOT_FOUND


@CALLS
@pytest.mark.parametrize("keys", [Keys("NOBODY", "x"), Keys("WRITERKEY", "wrong")], ids=["key", "secret"])
def test_wrong_keys(s3_place: S3, keys: Keys, call: str) -> None:
    error = fault(open_store(s3_place, keys), call)
    assert error.reason == Reason.ACCESS_DENIED
    assert error.transient
    assert s3_place.url() in error.message


def test_a_document_that_is_far_too_large_is_not_read_to_its_end(
    s3_store: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3_store.put("channels/stable.json", b"x" * 1000)
    assert len(s3_store.get("channels/stable.json")) == 1000
    monkeypatch.setattr(s3, "LARGEST_DOCUMENT", 999)
    error = fault(s3_store, "get")
    assert error.reason == Reason.MANIFEST_INVALID
    assert "larger than 999 bytes" in error.message


def test_keys_that_may_only_read(s3_server: S3Server, s3_place: S3, s3_store: S3Store) -> None:
    s3_store.put("a", b"1")
    store = open_store(s3_place, Keys(s3_server.reader.access_key, s3_server.reader.secret_key))
    assert store.get("a") == b"1"
    with pytest.raises(StoreError) as caught:
        store.put("a", b"2")
    assert caught.value.reason == Reason.ACCESS_DENIED


@CALLS
def test_an_endpoint_that_does_not_answer(call: str) -> None:
    endpoint = f"http://127.0.0.1:{free_ports(1)[0]}"
    error = fault(open_store(S3(bucket="plates", endpoint=endpoint), Keys("a", "b")), call)
    assert error.reason == Reason.STORE_UNREACHABLE
    assert error.transient
    assert endpoint in error.message


def test_an_endpoint_that_is_no_address() -> None:
    error = fault(open_store(S3(bucket="plates", endpoint="store:8333"), Keys("a", "b")), "get")
    assert error.reason == Reason.STORE_UNREACHABLE


def test_rotated_keys_are_used_at_the_next_call(s3_server: S3Server, s3_place: S3, tmp_path: Path) -> None:
    write_keys(tmp_path, Keys("OLD", "old"))
    store = open_store(s3_place, KeyFolder(tmp_path))
    assert fault(store, "list").reason == Reason.ACCESS_DENIED
    write_keys(tmp_path, writer(s3_server))
    assert list(store.list()) == []


def test_stores_of_one_server_and_keys_share_a_client_that_goes_with_the_last_of_them(
    s3_server: S3Server, s3_place: S3
) -> None:
    """An operator has a store for each recognizer."""
    stores = [open_store(s3_place.model_copy(update={"prefix": f"shared-{n}"}), writer(s3_server)) for n in range(3)]
    assert [list(store.list()) for store in stores] == [[], [], []]
    other = open_store(s3_place, Keys(s3_server.reader.access_key, s3_server.reader.secret_key))
    assert list(other.list()) == []
    shared, own = stores[0]._client(), other._client()
    assert shared is stores[1]._client()
    assert own is not shared
    gone = weakref.ref(own)
    del other, own
    gc.collect()
    assert gone() is None


def test_a_secret_without_its_keys(s3_place: S3, tmp_path: Path) -> None:
    error = fault(open_store(s3_place, KeyFolder(tmp_path)), "get")
    assert error.reason == Reason.CREDENTIALS_MISSING
    assert "AWS_ACCESS_KEY_ID" in error.message


@pytest.fixture
def fresh_chain() -> Iterator[None]:
    """The SDK remembers what its chain found, as it should in a process; tests start from nothing."""
    s3._session.cache_clear()
    s3._clients.clear()
    yield
    s3._session.cache_clear()
    s3._clients.clear()


@pytest.mark.usefixtures("fresh_chain")
def test_without_given_keys_the_sdk_looks_for_its_own(
    s3_server: S3Server, s3_place: S3, s3_store: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3_store.put("a", b"1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_server.reader.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_server.reader.secret_key)
    assert open_store(s3_place).get("a") == b"1"


@pytest.mark.usefixtures("fresh_chain")
def test_without_any_keys_it_says_so(s3_place: S3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert fault(open_store(s3_place), "get").reason == Reason.CREDENTIALS_MISSING


def test_a_certificate_file_that_is_missing_is_a_store_fault(tmp_path: Path) -> None:
    place = S3(bucket="plates", endpoint="https://127.0.0.1:1")
    error = fault(open_store(place, Keys("a", "b"), ca_file=tmp_path / "ca.crt"), "get")
    assert error.reason == Reason.STORE_UNREACHABLE


def test_the_secret_key_never_shows() -> None:
    assert "hidden" not in repr(Keys("a", "hidden", "hidden"))
