"""A pinned channel stays as it is until its pin is taken off."""

from pathlib import Path

import pytest

from platerec_store.objects.memory import MemoryStore
from platerec_store.objects.port import StoreError
from platerec_store.objects.reading import read_channel
from platerec_store.publish.errors import PublishError
from platerec_store.publish.pin import pin_channel
from platerec_store.publish.promote import promote_release
from platerec_store.publish.rollback import roll_back
from platerec_store.release.channel import Channel
from platerec_store.release.layout import channel_key
from platerec_store.release.reasons import Reason
from platerec_store.tests.make import make_folder, make_published


@pytest.fixture
def store(tmp_path: Path) -> MemoryStore:
    """A store whose channel `stable` named r1 and is pinned to r2."""
    store = MemoryStore()
    for name in ("r1", "r2"):
        make_published(store, make_folder(tmp_path / "models"), name, tmp_path / "out")
        promote_release(store, name, "stable")
    pin_channel(store, "stable", pinned=True)
    return store


def test_a_pin_changes_nothing_else(store: MemoryStore) -> None:
    assert read_channel(store, "stable") == Channel(release="r2", revision=3, previous=("r1",), pinned=True)


def test_it_is_not_promoted_into(store: MemoryStore) -> None:
    with pytest.raises(PublishError, match=r"pinned to release 'r2': `platerec release pin stable --off`"):
        promote_release(store, "r1", "stable")
    assert read_channel(store, "stable").release == "r2"


def test_it_does_not_go_back(store: MemoryStore) -> None:
    with pytest.raises(PublishError, match="pinned to release 'r2'"):
        roll_back(store, "stable")
    assert read_channel(store, "stable").release == "r2"


def test_without_its_pin_it_goes_where_it_is_told(store: MemoryStore) -> None:
    assert not pin_channel(store, "stable", pinned=False).pinned
    assert roll_back(store, "stable")[1] == Channel(release="r1", revision=5)


@pytest.mark.parametrize("pinned", [True, False])
def test_the_same_again_writes_nothing(store: MemoryStore, pinned: bool) -> None:
    before = pin_channel(store, "stable", pinned=pinned)
    assert pin_channel(store, "stable", pinned=pinned) == before


def test_somebody_elses_promotion_is_not_pinned(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    put = store.put

    def raced(key: str, body: bytes, *, if_absent: bool = False, if_match: str | None = None) -> None:
        store.objects[key] = Channel(release="theirs", revision=10).to_json()
        put(key, body, if_absent=if_absent, if_match=if_match)

    monkeypatch.setattr(store, "put", raced)
    with pytest.raises(PublishError, match="Somebody else changed channel 'stable' meanwhile"):
        pin_channel(store, "stable", pinned=False)
    assert read_channel(store, "stable") == Channel(release="theirs", revision=10)


def test_a_channel_that_is_not_there(store: MemoryStore) -> None:
    with pytest.raises(StoreError) as caught:
        pin_channel(store, "night", pinned=True)
    assert caught.value.reason == Reason.CHANNEL_NOT_FOUND
    assert channel_key("night") not in store.objects
