"""Replaced pins are kept until the last request that is answered by them ends, whatever ends the agent meanwhile."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from platerec_store.disk.pins import PinsFolder
from platerec_store.release.layout import pins_path
from platerec_store.release.pins import Pins

PATH = pins_path("plate_recognition", 1)
NEXT = pins_path("plate_recognition", 2)


def pins(release: str) -> Pins:
    return Pins(release=release, models={"plate_reader": f"plate_reader_{release}"})


@contextmanager
def request(path: Path) -> Iterator[None]:
    """A request that is answered by the pins which are in place now."""
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@pytest.fixture
def folder(tmp_path: Path) -> PinsFolder:
    folder = PinsFolder(tmp_path)
    folder.commit(PATH, pins("r1"))
    return folder


def files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_pins_are_read_back(folder: PinsFolder, tmp_path: Path) -> None:
    assert folder.read(PATH) == pins("r1")
    assert files(tmp_path) == {PATH}


def test_each_version_of_the_pipeline_has_pins_of_its_own(folder: PinsFolder) -> None:
    assert folder.read(NEXT) is None
    folder.commit(NEXT, pins("r2"))
    assert (folder.read(PATH), folder.read(NEXT)) == (pins("r1"), pins("r2"))


def test_pins_that_cannot_be_read_are_none(folder: PinsFolder, tmp_path: Path) -> None:
    (tmp_path / PATH).write_text("half")
    assert folder.read(PATH) is None


def test_without_requests_all_is_drained_at_once(folder: PinsFolder, tmp_path: Path) -> None:
    folder.commit(PATH, pins("r2"))
    assert folder.drained(PATH)
    folder.sweep(PATH)
    assert files(tmp_path) == {PATH}


def test_a_request_of_the_release_before_is_waited_for(folder: PinsFolder, tmp_path: Path) -> None:
    with request(tmp_path / PATH):
        folder.commit(PATH, pins("r2"))
        assert not folder.drained(PATH)
    assert folder.drained(PATH)


def test_a_request_of_the_active_release_is_not_waited_for(folder: PinsFolder, tmp_path: Path) -> None:
    folder.commit(PATH, pins("r2"))
    with request(tmp_path / PATH):
        assert folder.drained(PATH)


def test_a_request_of_an_older_release_is_waited_for_after_two_commits(folder: PinsFolder, tmp_path: Path) -> None:
    with request(tmp_path / PATH):
        folder.commit(PATH, pins("r2"))
        folder.commit(PATH, pins("r3"))
        assert not folder.drained(PATH)
    assert folder.drained(PATH)


def test_a_request_in_another_version_of_the_pipeline_is_waited_for(folder: PinsFolder, tmp_path: Path) -> None:
    with request(tmp_path / PATH):
        folder.commit(NEXT, pins("r2"))
        assert not folder.drained(NEXT)
    assert folder.drained(NEXT)
    folder.sweep(NEXT)
    assert files(tmp_path) == {NEXT}


def test_a_commit_that_is_done_again_changes_nothing(folder: PinsFolder, tmp_path: Path) -> None:
    before = (tmp_path / PATH).stat().st_ino
    folder.commit(PATH, pins("r1"))
    assert (tmp_path / PATH).stat().st_ino == before
    assert files(tmp_path) == {PATH}


def test_a_commit_that_was_killed_before_its_rename_is_done_again(
    folder: PinsFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            folder.commit(PATH, pins("r2"))
    assert folder.read(PATH) == pins("r1")
    with request(tmp_path / PATH):
        folder.commit(PATH, pins("r2"))
        assert folder.read(PATH) == pins("r2")
        assert not folder.drained(PATH)
