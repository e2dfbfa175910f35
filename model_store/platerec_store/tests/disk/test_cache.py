"""A content is complete and verified, or a part that is resumed; several agents may share a cache."""

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from platerec_store.disk.cache import BlobCache, disk_full_is_said
from platerec_store.release.faults import FaultError
from platerec_store.release.manifest import digest_of
from platerec_store.release.reasons import Reason
from platerec_store.swap.wanted import WantedFile

CONTENT = b"weights of a model"
FILE = WantedFile(key="k", path="1/model.onnx", size=len(CONTENT), sha256=digest_of(CONTENT))


@pytest.fixture
def cache(tmp_path: Path) -> BlobCache:
    return BlobCache(tmp_path)


def refuse_to_wait() -> None:
    raise AssertionError("nobody else has it")


def fill(cache: BlobCache, *pieces: bytes, pause: Callable[[], None] = refuse_to_wait) -> None:
    with cache.part(FILE, pause) as part:
        cache.fill(FILE, part, pieces, "s3://plates/k")


def test_what_was_filled_is_there(cache: BlobCache) -> None:
    assert not cache.has(FILE)
    fill(cache, CONTENT[:5], CONTENT[5:])
    assert cache.has(FILE)
    assert cache.path(FILE).read_bytes() == CONTENT
    assert [path.name for path in cache.root.glob("**/*") if path.is_file()] == [FILE.cached.split("/")[-1]]


def test_a_part_is_resumed(cache: BlobCache) -> None:
    with cache.part(FILE, refuse_to_wait) as part:
        part.write(CONTENT[:5])
    assert cache.done(FILE) == 5
    with cache.part(FILE, refuse_to_wait) as part:
        assert part.tell() == 5
        cache.fill(FILE, part, [CONTENT[5:]], "s3://plates/k")
    assert cache.path(FILE).read_bytes() == CONTENT


def test_a_part_that_is_too_long_starts_anew(cache: BlobCache) -> None:
    with cache.part(FILE, refuse_to_wait) as part:
        part.write(CONTENT * 2)
    fill(cache, CONTENT)
    assert cache.path(FILE).read_bytes() == CONTENT


@pytest.mark.parametrize("pieces", [[CONTENT[:-1]], [CONTENT, b"x"], [CONTENT[::-1]]], ids=["short", "long", "other"])
def test_other_bytes_are_refused_and_leave_nothing(cache: BlobCache, pieces: list[bytes]) -> None:
    with pytest.raises(FaultError, match="s3://plates/k is corrupt: expected") as caught:
        fill(cache, *pieces)
    assert caught.value.reason == Reason.BLOB_CORRUPT
    assert cache.done(FILE) == 0


def test_who_comes_second_waits_and_finds_it_done(cache: BlobCache) -> None:
    found, waits, done = [], threading.Event(), threading.Event()

    def pause() -> None:
        waits.set()
        done.wait(10)

    def second() -> None:
        with cache.part(FILE, pause):
            found.append(cache.has(FILE))

    with cache.part(FILE, refuse_to_wait) as part:
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(10)
        cache.fill(FILE, part, [CONTENT], "s3://plates/k")
    done.set()
    thread.join()
    assert found == [True]
    assert not cache.path(FILE).with_suffix(".part").exists()


def test_who_comes_second_after_a_corrupt_fetch_starts_anew(cache: BlobCache) -> None:
    waits, done = threading.Event(), threading.Event()

    def pause() -> None:
        waits.set()
        done.wait(10)

    thread = threading.Thread(target=fill, args=(cache, CONTENT), kwargs={"pause": pause})
    with cache.part(FILE, refuse_to_wait) as part:
        thread.start()
        assert waits.wait(10)
        with pytest.raises(FaultError):
            cache.fill(FILE, part, [CONTENT[::-1]], "s3://plates/k")
    done.set()
    thread.join()
    assert cache.path(FILE).read_bytes() == CONTENT


def test_who_has_something_better_to_do_does_not_wait(cache: BlobCache) -> None:
    class BetterError(Exception):
        pass

    def pause() -> None:
        raise BetterError

    with cache.part(FILE, refuse_to_wait), pytest.raises(BetterError):
        fill(cache, CONTENT, pause=pause)


def test_sweeping_keeps_what_is_needed_and_what_is_being_fetched(cache: BlobCache) -> None:
    fill(cache, CONTENT)
    for name in ("blobs/sha256/old", "blobs/sha256/stale.part", "listed/old"):
        (cache.root / name).parent.mkdir(exist_ok=True)
        (cache.root / name).write_bytes(b"x")
    other = FILE.model_copy(update={"sha256": digest_of(b"other")})
    with cache.part(other, refuse_to_wait):
        cache.sweep(frozenset({FILE.cached}))
        left = {path.relative_to(cache.root).as_posix() for path in cache.root.glob("**/*") if path.is_file()}
    assert left == {FILE.cached, f"{other.cached}.part"}


def test_of_a_shared_cache_only_what_nobody_touched_for_long_is_swept(cache: BlobCache) -> None:
    names = ("listed/needed", "listed/old", "listed/new")
    for name in (*names, "listed/fetched.part", "listed/given up.part"):
        (cache.root / name).parent.mkdir(exist_ok=True)
        (cache.root / name).write_bytes(b"x")
        if "new" not in name:
            os.utime(cache.root / name, (1000.0, 1000.0))
    cache.touch(["listed/needed", "listed/fetched", "listed/not here yet"])
    cache.sweep(frozenset(), untouched=3600)
    assert {path.name for path in cache.root.glob("listed/*")} == {"needed", "new", "fetched.part"}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_volume_is_said(tmp_path: Path, number: int) -> None:
    with pytest.raises(FaultError, match=f"The volume of {tmp_path} is full") as caught, disk_full_is_said(tmp_path):
        raise OSError(number, os.strerror(number))
    assert caught.value.reason == Reason.DISK_FULL


def test_another_trouble_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), disk_full_is_said(tmp_path):
        raise PermissionError(errno.EACCES, "no")
