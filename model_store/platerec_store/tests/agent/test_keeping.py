"""Pods of several recognizers share a cache: none may drop what another one needs."""

import os
import time
from pathlib import Path

import pytest

from platerec_store.disk.repository import ModelRepository
from platerec_store.release.reasons import Reason
from platerec_store.tests.agent.pod import Pod, reader_key

NAMES = ("a_detector", "plate_recognition")


def make_neighbour(pod: Pod, root: Path) -> Pod:
    """Another pod with the same cache."""
    root.mkdir()
    other = Pod(root)
    other.cache = pod.cache
    other.restart_agent()
    return other


@pytest.fixture
def repository_pod(tmp_path: Path, pod: Pod, monkeypatch: pytest.MonkeyPatch) -> Pod:
    """A pod that serves a plain repository, from the cache that `pod` uses, too."""
    monkeypatch.setattr(ModelRepository, "can_link", False)
    other = make_neighbour(pod, tmp_path / "other")
    other.store.objects = {f"{name}/1/model.pt": b"old" for name in NAMES}
    other.obey(other.decide_repository())
    return other


def age(cache: Path) -> None:
    """Two days pass in which nobody touches anything."""
    for path in cache.glob("*/**/*"):
        os.utime(path, (path.stat().st_mtime - 2 * 86400,) * 2)


def sweep(pod: Pod) -> None:
    """A swap ends with a sweep."""
    pod.obey(pod.decide("r1", revision=1))
    assert pod.obey(pod.decide("r2", revision=2)).step == "Idle"


@pytest.mark.parametrize("days", ["no time", "two days"])
def test_half_a_commit_in_place_is_taken_back_though_another_pod_swept(
    pod: Pod, repository_pod: Pod, days: str
) -> None:
    before = repository_pod.board.report.active
    if days == "two days":
        age(pod.cache)
        repository_pod.turn(later=2 * 86400)
    sweep(pod)
    repository_pod.store.objects = {f"{name}/2/model.pt": b"new" for name in NAMES}
    repository_pod.triton.refused.add("plate_recognition")
    report = repository_pod.obey(repository_pod.decide_repository())
    assert report.error is not None
    assert (report.active, report.error.reason) == (before, Reason.MODEL_REFUSED)
    assert {path.read_bytes() for path in repository_pod.root.glob("[ap]*/*/model.pt")} == {b"old"}


def test_what_a_pod_that_is_gone_needed_is_dropped_in_the_end(pod: Pod, repository_pod: Pod) -> None:
    age(pod.cache)
    sweep(pod)
    assert list(pod.cache.glob("listed/*")) == []


def test_what_the_cache_has_had_for_long_is_kept_as_soon_as_a_candidate_needs_it(
    pod: Pod, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelRepository, "can_link", False)
    other = make_neighbour(pod, tmp_path / "other")
    other.store = pod.store
    other.obey(other.decide("r2"))
    pod.obey(pod.decide("r1", revision=1))
    age(pod.cache)
    load, ages = pod.triton.load, list[float]()

    def watched(name: str) -> None:
        ages.append(time.time() - (pod.cache / reader_key(pod)).stat().st_mtime)
        load(name)

    monkeypatch.setattr(pod.triton, "load", watched)
    pod.obey(pod.decide("r2", revision=2))
    assert ages
    assert max(ages) < 86400


def test_what_triton_has_loaded_from_links_is_not_touched(pod: Pod) -> None:
    pod.obey(pod.decide("r1", revision=1))
    before = {path: path.stat().st_mtime_ns for path in pod.root.glob("*/1/*")}
    pod.turn(later=86400)
    assert {path: path.stat().st_mtime_ns for path in pod.root.glob("*/1/*")} == before
