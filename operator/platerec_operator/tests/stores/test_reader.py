from typing import Any

import pytest

from platerec_operator.api.lookup import Found, Query, build_query
from platerec_operator.stores.reader import Access, StoreReader
from platerec_operator.tests.make import make_recognizer
from platerec_store.objects.credentials import Keys
from platerec_store.objects.memory import MemoryStore
from platerec_store.objects.port import StoreError
from platerec_store.release.channel import Channel
from platerec_store.release.manifest import Manifest, digest_of
from platerec_store.release.reasons import Reason
from platerec_store.release.source import S3

ACCESS = Access(Keys("id", "key"))


class CountingStore(MemoryStore):
    """Remembers which objects were read whole."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def get(self, key: str) -> bytes:
        self.read.append(key)
        return super().get(key)

    def info(self, key: str) -> Any:
        found = super().info(key)
        self.read.pop()  # the fake looks at the content for its size
        return found


class World:
    """A store with release `r-1` in channel `stable`, and a reader of it."""

    def __init__(self) -> None:
        self.store = CountingStore()
        self.opened: list[tuple[S3, Access]] = []
        self.manifest = self.publish("r-1")
        self.promote("r-1")
        self.reader = StoreReader(self.connect)

    def connect(self, s3: S3, access: Access) -> MemoryStore:
        self.opened.append((s3, access))
        return self.store

    def publish(self, release: str, *grammars: str) -> bytes:
        paths = ["config.pbtxt", *(f"1/platerec_pipeline/grammars/{name}.json" for name in grammars)]
        files = [{"path": path, "size": 1, "sha256": "sha256:" + "0" * 64} for path in paths]
        builds = {"cpu-onnx": {"files": files}}
        models = [{"name": "plate_recognition", "version": 1, "profiles": builds}]
        body = Manifest.model_validate({"release": release, "created": "2026-11-23T00:00:00Z", "models": models})
        self.store.objects[f"releases/{release}/manifest.json"] = body.to_json()
        return body.to_json()

    def promote(self, release: str) -> None:
        self.store.objects["channels/stable.json"] = Channel(release=release, revision=1).to_json()

    def read(self, query: Query | None = None, access: Access = ACCESS) -> Found:
        return self.reader.read(query or build_query(make_recognizer()), access)


@pytest.fixture
def world() -> World:
    return World()


def test_a_channel_leads_to_a_release_and_the_digest_of_its_manifest(world: World) -> None:
    assert world.read() == Found("r-1", digest_of(world.manifest))


def test_a_release_by_name_needs_no_channel(world: World) -> None:
    del world.store.objects["channels/stable.json"]
    query = build_query(make_recognizer(models={"release": {"channel": None, "name": "r-1"}}))
    assert world.read(query).release == "r-1"


def test_a_manifest_that_did_not_change_is_not_read_again(world: World) -> None:
    world.read()
    world.store.read.clear()
    world.read()
    assert world.store.read == ["channels/stable.json"]


def test_a_promotion_is_seen(world: World) -> None:
    world.read()
    world.publish("r-2")
    world.promote("r-2")
    assert world.read().release == "r-2"


def test_a_manifest_that_changed_is_read_again(world: World) -> None:
    first = world.read()
    world.publish("r-1", "ru")
    assert world.read().manifest != first.manifest


def test_a_connection_is_kept_until_the_keys_are_rotated(world: World) -> None:
    world.read()
    world.read()
    world.read(access=Access(Keys("id", "new")))
    assert [access.keys for _, access in world.opened] == [Keys("id", "key"), Keys("id", "new")]


def test_a_profile_that_was_not_built_is_named(world: World) -> None:
    with pytest.raises(StoreError, match="was built for cpu-onnx, not for gpu-tensorrt") as error:
        world.read(build_query(make_recognizer(profile="gpu-tensorrt")))
    assert error.value.reason is Reason.PROFILE_MISSING


def test_a_grammar_that_the_release_does_not_carry_is_named(world: World) -> None:
    asked = build_query(make_recognizer(pipeline={"grammar": "kz"}))
    assert world.read(asked).release == "r-1", "a pipeline without grammars is somebody's own"
    world.publish("r-2", "any", "ru")
    world.promote("r-2")
    with pytest.raises(StoreError, match="knows any, ru, not 'kz'") as error:
        world.read(asked)
    assert error.value.reason is Reason.GRAMMAR_MISSING


def test_a_manifest_that_is_gone_is_a_release_that_was_never_published(world: World) -> None:
    del world.store.objects["releases/r-1/manifest.json"]
    with pytest.raises(StoreError) as error:
        world.read()
    assert error.value.reason is Reason.RELEASE_NOT_FOUND


def test_an_outage_between_channel_and_manifest_is_an_outage(world: World) -> None:
    world.read()
    world.store.broken = StoreError(Reason.STORE_UNREACHABLE, "The store does not answer.")
    with pytest.raises(StoreError) as error:
        world.read()
    assert error.value.reason is Reason.STORE_UNREACHABLE


@pytest.fixture
def repository(world: World) -> Query:
    """The store is a plain repository with the pipeline in it."""
    world.store.objects = {"plate_recognition/config.pbtxt": b"", "plate_recognition/1/model.pt": b"weights"}
    return build_query(make_recognizer(models={"source": {"layout": "repository"}, "release": None}))


def test_a_plain_repository_is_an_implicit_release(world: World, repository: Query) -> None:
    found = world.read(repository)
    assert found.release.startswith("repository-")
    assert world.read(repository) == found


def test_a_listing_that_changed_counts_when_it_is_read_twice(world: World, repository: Query) -> None:
    """Somebody may still be uploading."""
    first = world.read(repository)
    for part in (b"hal", b"half"):
        world.store.objects["plate_recognition/2/model.pt"] = part
        assert world.read(repository) == first
    second = world.read(repository)
    assert second != first
    assert world.read(repository) == second


def test_a_change_that_is_taken_back_was_none(world: World, repository: Query) -> None:
    first = world.read(repository)
    world.store.objects["plate_recognition/2/model.pt"] = b"half"
    world.read(repository)
    del world.store.objects["plate_recognition/2/model.pt"]
    assert [world.read(repository), world.read(repository)] == [first, first]


def test_a_repository_without_the_pipeline_is_told_where_it_was_looked_for(world: World, repository: Query) -> None:
    """Nothing could be asked of it, though there are models."""
    world.store.objects = {"reader/1/model.pt": b"", "detector/1/model.pt": b""}
    with pytest.raises(StoreError) as error:
        world.read(repository)
    assert error.value.reason is Reason.REPOSITORY_EMPTY
    assert str(error.value) == (
        f"{world.store.url()} holds no model 'plate_recognition' (spec.pipeline.model), but these: detector, reader."
    )


def test_another_name_of_the_pipeline_is_looked_for(world: World) -> None:
    world.store.objects = {"plates/1/model.pt": b""}
    models = {"source": {"layout": "repository"}, "release": None}
    query = build_query(make_recognizer(models=models, pipeline={"model": "plates"}))
    assert world.read(query).release.startswith("repository-")


def test_a_pipeline_that_stays_away_is_said_at_the_second_reading(world: World, repository: Query) -> None:
    """At the first one it may be on its way."""
    first = world.read(repository)
    world.store.objects = {"reader/1/model.pt": b""}
    assert world.read(repository) == first
    with pytest.raises(StoreError, match="holds no model"):
        world.read(repository)
