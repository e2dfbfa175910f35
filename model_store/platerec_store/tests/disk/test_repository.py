"""A model's folder is whole or absent, whether its contents are linked or copied."""

import errno
import os
from pathlib import Path

import pytest

from platerec_store.disk.atomic import write_whole
from platerec_store.disk.cache import BlobCache
from platerec_store.disk.key import ensure_key
from platerec_store.disk.repository import ModelRepository
from platerec_store.swap.wanted import WantedFile, WantedModel


def model(content: str, *paths: str) -> WantedModel:
    return WantedModel(name="stn", files=tuple(WantedFile(key=content, path=p, size=3, etag=content) for p in paths))


@pytest.fixture
def cache(tmp_path: Path) -> BlobCache:
    cache = BlobCache(tmp_path / "cache")
    for content in ("old", "new"):
        path = cache.path(WantedFile(key=content, path="x", size=3, etag=content))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return cache


@pytest.fixture(params=["linked", "copied"])
def repository(
    request: pytest.FixtureRequest, tmp_path: Path, cache: BlobCache, monkeypatch: pytest.MonkeyPatch
) -> ModelRepository:
    if request.param == "copied":

        def refuse(*_: object) -> None:
            raise OSError(errno.EXDEV, "other volume")

        monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "repository").mkdir()
    return ModelRepository(tmp_path / "repository", cache)


def visible(repository: ModelRepository) -> set[str]:
    return {path.name for path in repository.root.iterdir()}


def test_a_placed_model_has_all_its_files(repository: ModelRepository) -> None:
    wanted = model("new", "config.pbtxt", "1/model.pt", "1/code/net.py")
    repository.place(wanted)
    assert (repository.root / "stn/1/code/net.py").read_text() == "new"
    assert repository.placed() == {"stn": wanted.fingerprint}
    assert visible(repository) == {"stn"}


def test_placing_again_leaves_nothing_of_the_old_content(repository: ModelRepository) -> None:
    repository.place(model("old", "1/model.pt", "1/labels.txt"))
    wanted = model("new", "2/model.pt")
    repository.place(wanted)
    assert [path.name for path in (repository.root / "stn").glob("*/*")] == ["model.pt"]
    assert (repository.root / "stn/2/model.pt").read_text() == "new"
    assert repository.placed() == {"stn": wanted.fingerprint}


def test_a_content_that_is_missing_leaves_the_old_folder(repository: ModelRepository) -> None:
    old = model("old", "1/model.pt")
    repository.place(old)
    with pytest.raises(FileNotFoundError):
        repository.place(model("none", "1/model.pt"))
    assert repository.placed() == {"stn": old.fingerprint}


def test_what_a_killed_agent_left_behind_is_no_model(repository: ModelRepository) -> None:
    half = repository.root / ".staging/new/1"
    half.mkdir(parents=True)
    (half / "model.pt").write_text("half")
    assert repository.placed() == {}
    repository.place(model("new", "1/model.pt"))
    assert visible(repository) == {"stn"}


def test_an_empty_version_folder_is_made(repository: ModelRepository) -> None:
    repository.place(model("new", "config.pbtxt", "1/"))
    assert (repository.root / "stn/1").is_dir()


def test_only_kept_folders_stay(repository: ModelRepository) -> None:
    repository.place(model("new", "1/model.pt"))
    (repository.root / "of somebody else").mkdir()
    repository.sweep(frozenset())
    assert visible(repository) == {"of somebody else"}


def test_the_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "run/triton-key"
    key = ensure_key(path)
    assert len(key) >= 32
    assert ensure_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_is_written_over_what_a_killed_agent_left(tmp_path: Path) -> None:
    (tmp_path / ".token.part").write_text("half")
    write_whole(tmp_path / "token", b"whole")
    assert (tmp_path / "token").read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["token"]
