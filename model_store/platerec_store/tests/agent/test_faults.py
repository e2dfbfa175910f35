"""Whatever fails: it has a reason, the last good release is served on, and nothing half done is seen."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from platerec_store.objects.port import StoreError
from platerec_store.release.pins import Pins
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Report
from platerec_store.swap.state import State
from platerec_store.swap.wanted import WantedModel
from platerec_store.tests.agent.pod import Pod, fault_of, reader_key
from platerec_store.tests.make import make_folder, make_published
from platerec_store.triton.port import TritonError

GONE = StoreError(Reason.STORE_UNREACHABLE, "the store is gone")
READER_2 = b"a reader that was trained again"


class Killed(BaseException):
    """The process ends, without a word."""


def kill_at(pod: Pod, byte: int) -> None:
    """The agent is killed when that byte of the new reader is read."""

    def act(key: str, at: int) -> None:
        if (key, at) == (reader_key(pod), byte):
            pod.store.on_piece = lambda *_: None
            raise Killed

    pod.store.on_piece = act


def test_a_fetch_that_is_killed_is_resumed_where_it_was(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    decision = pod.decide("r2")
    kill_at(pod, 12)
    with pytest.raises(Killed):
        pod.obey(decision)
    pod.restart_agent()
    assert pod.obey(decision).active == "r2"
    assert [start for key, start in pod.store.fetched if key == reader_key(pod)] == [0, 12]


def test_a_killed_fetch_leaves_no_folder(pod: Pod) -> None:
    kill_at(pod, 12)
    with pytest.raises(Killed):
        pod.obey(pod.decide("r2"))
    assert pod.folders() == set()


def test_a_corrupt_blob_is_refused_by_name_and_removed(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    key = reader_key(pod)
    pod.store.objects[key] = b"X" * len(READER_2)
    error = fault_of(pod.obey(pod.decide("r2")))
    assert (error.reason, error.transient) == (Reason.BLOB_CORRUPT, False)
    assert pod.store.url(key) in error.message
    assert "expected sha256:" in error.message
    assert pod.board.report.active == "r1"
    assert not (pod.cache / key).exists()
    assert not (pod.cache / f"{key}.part").exists()


@pytest.mark.parametrize("size", [3, 300])
def test_a_blob_of_the_wrong_size_is_corrupt(pod: Pod, size: int) -> None:
    pod.store.objects[reader_key(pod)] = b"X" * size
    assert fault_of(pod.obey(pod.decide("r2"))).reason == Reason.BLOB_CORRUPT


def test_a_corrupt_blob_that_was_repaired_is_served_later(pod: Pod) -> None:
    key = reader_key(pod)
    pod.store.objects[key] = b"X" * len(READER_2)
    pod.obey(pod.decide("r2"))
    pod.store.objects[key] = READER_2
    report = pod.turn(later=400)
    assert (report.active, report.error) == ("r2", None)


def test_a_missing_blob_is_named(pod: Pod) -> None:
    key = reader_key(pod)
    del pod.store.objects[key]
    error = fault_of(pod.obey(pod.decide("r2")))
    assert error.reason == Reason.BLOB_MISSING
    assert pod.store.url(key) in error.message


def test_a_damaged_cache_is_fetched_anew(pod: Pod) -> None:
    pod.obey(pod.decide("r2"))
    key = reader_key(pod)
    shutil.rmtree(pod.root)  # another pod, on the volume of the cache
    pod.root.mkdir()
    pod.triton.restart()
    (pod.cache / key).write_bytes(b"X" * len(READER_2))
    pod.restart_agent()
    assert pod.obey(pod.decide("r2")).error is None
    assert (pod.root / "plate_reader_v2/1/model.py").read_bytes() == READER_2


def test_a_blob_that_another_pod_swept_before_it_was_loaded_is_fetched_again(
    pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache that pods of several recognizers share: each sweeps what it does not know."""
    pod.obey(pod.decide("r1", revision=1))
    remember = pod.repository.remember

    def swept(state: State) -> None:
        remember(state)
        if state.step == "Load":
            (pod.cache / reader_key(pod)).unlink(missing_ok=True)

    monkeypatch.setattr(pod.repository, "remember", swept)
    report = pod.obey(pod.decide("r2", revision=2))
    assert (report.active, report.error) == ("r2", None)


def test_a_store_that_is_away_is_tried_again_with_patience(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    decision = pod.decide("r2")
    pod.store.broken = GONE
    report = pod.obey(decision)
    assert (report.active, fault_of(report).reason, fault_of(report).transient) == (
        "r1",
        Reason.STORE_UNREACHABLE,
        True,
    )
    pod.store.broken = None
    assert fault_of(pod.turn(later=0.1)).reason == Reason.STORE_UNREACHABLE
    assert pod.turn(later=2).active == "r2"


def test_a_restarted_agent_serves_on_without_the_store(pod: Pod) -> None:
    decision = pod.decide("r1")
    pod.obey(decision)
    pod.restart_agent()
    pod.triton.restart()
    pod.store.broken = GONE
    report = pod.obey(decision)
    assert (report.active, report.error) == ("r1", None)


def test_a_triton_that_restarted_is_loaded_again(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    pod.triton.restart()
    pod.triton.calls.clear()
    assert pod.turn(later=2).active == "r1"
    assert pod.triton.calls[-1] == "load plate_recognition"


def test_a_triton_that_restarts_while_a_release_is_refused_serves_the_last_good_one(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    pod.triton.refused.add("plate_reader_v2")
    pod.obey(pod.decide("r2"))
    pod.triton.restart()
    report = pod.turn(later=2)
    assert (report.active, fault_of(report).reason) == ("r1", Reason.MODEL_REFUSED)


def test_a_release_that_cannot_be_brought_back_does_not_keep_out_the_next(pod: Pod) -> None:
    pod.obey(pod.decide("r1", revision=1))
    pod.triton.restart()
    pod.triton.refused.add("plate_reader_v1")
    report = pod.turn(later=2)
    assert (report.active, fault_of(report).reason) == (None, Reason.MODEL_REFUSED)
    assert pod.obey(pod.decide("r2", revision=2)).active == "r2"
    assert pod.turn(later=2).error is None


def test_a_triton_that_is_away_serves_nothing(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    pod.triton.up = False
    report = pod.turn(later=2)
    assert (report.active, report.models, fault_of(report).reason) == (None, (), Reason.TRITON_UNAVAILABLE)


def test_files_are_fetched_while_triton_is_still_starting(pod: Pod) -> None:
    pod.triton.up = False
    error = fault_of(pod.obey(pod.decide("r1")))
    assert (error.reason, error.transient) == (Reason.TRITON_UNAVAILABLE, True)
    fetched = len(pod.store.fetched)
    pod.triton.up = True
    assert pod.turn(later=1).active == "r1"
    assert len(pod.store.fetched) == fetched


def test_a_refused_model_leaves_the_last_good_release_and_nothing_else(pod: Pod, tmp_path: Path) -> None:
    pod.obey(pod.decide("r1"))
    folder = make_folder(tmp_path / "models3", reader=b"third", reader_version=3)
    (folder / "cpu-onnx/plate_detector/1").rename(folder / "cpu-onnx/plate_detector/9")
    make_published(pod.store, folder, "r3", tmp_path / "out")
    pod.triton.refused.add("plate_reader_v3")
    report = pod.obey(pod.decide("r3"))
    assert (fault_of(report).reason, fault_of(report).transient) == (Reason.MODEL_REFUSED, False)
    assert "plate_reader_v3" in fault_of(report).message
    report = pod.turn(later=2)
    assert report.active == "r1"
    assert report.models == ("plate_detector_v1", "plate_reader_v1", "plate_recognition")


def test_a_refused_model_is_not_tried_again_until_the_decision_changes(pod: Pod) -> None:
    pod.triton.refused.add("plate_reader_v2")
    pod.obey(pod.decide("r2", baked=False))
    tries = pod.triton.calls.count("load plate_reader_v2")
    for _ in range(5):
        pod.turn(later=1000)
    assert pod.triton.calls.count("load plate_reader_v2") == tries
    assert pod.obey(pod.decide("r1")).error is None


def test_a_pod_that_joins_and_is_refused_what_the_others_serve_tries_again(pod: Pod) -> None:
    pod.triton.refused.add("plate_reader_v2")
    assert fault_of(pod.obey(pod.decide("r2"))).reason is Reason.MODEL_REFUSED
    pod.triton.refused.clear()
    assert fault_of(pod.turn(later=1)).reason is Reason.MODEL_REFUSED
    report = pod.turn(later=5)
    assert (report.active, report.error) == ("r2", None)


def test_a_pod_that_joins_and_is_refused_what_serves_until_the_next_is_prepared_tries_again(pod: Pod) -> None:
    pod.triton.refused.add("plate_reader_v1")
    decision = pod.decide("r2", phase="Prepare", revision=2, previous="r1", baked=False)
    assert fault_of(pod.obey(decision)).reason is Reason.MODEL_REFUSED
    pod.triton.refused.clear()
    assert pod.turn(later=5).active == "r1"


def test_a_refused_pipeline_is_undone(pod: Pod, tmp_path: Path) -> None:
    pod.obey(pod.decide("r1"))
    folder = make_folder(tmp_path / "models3", pipeline="# broken\n", pipeline_version=2)
    make_published(pod.store, folder, "r3", tmp_path / "out")
    pod.triton.refused.add("plate_recognition")
    assert fault_of(pod.obey(pod.decide("r3"))).reason == Reason.MODEL_REFUSED
    pod.triton.refused.clear()
    assert pod.turn(later=2).active == "r1"
    assert Pins.parse((pod.root / ".pins/plate_recognition-1.json").read_bytes(), "").release == "r1"
    assert (pod.root / "plate_recognition/1/model.py").exists()


def test_a_plain_repository_that_lacks_memory_on_the_way_is_served_as_it_was(
    pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its models keep their names: none may be a version ahead of the others."""
    names = ("a_detector", "b_reader", "plate_recognition")
    pod.store.objects = {f"{name}/1/model.pt": b"old" for name in names}
    pod.obey(pod.decide_repository())
    before = pod.board.report.active
    pod.store.objects = {f"{name}/2/model.pt": b"new" for name in names}
    load = pod.triton.load

    def short(name: str) -> None:
        if name == "b_reader" and (pod.root / name / "2").exists():
            raise TritonError(Reason.MEMORY_SHORT, "CUDA out of memory")
        load(name)

    monkeypatch.setattr(pod.triton, "load", short)
    report = pod.obey(pod.decide_repository())
    assert (report.active, fault_of(report).reason) == (before, Reason.MEMORY_SHORT)
    assert [name for name in names if (pod.root / name / "2").exists()] == []


def test_a_fault_of_one_release_is_not_said_of_the_next(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    pod.triton.refused.add("plate_reader_v2")
    pod.obey(pod.decide("r2"))
    seen: list[Report] = []
    load = pod.triton.load

    def watched(name: str) -> None:
        seen.append(pod.board.report)
        load(name)

    monkeypatch.setattr(pod.triton, "load", watched)
    pod.obey(pod.decide("r1"))
    assert {(report.target, report.error) for report in seen} == {("r1", None)}


def test_the_first_release_that_is_refused_leaves_nothing_loaded(pod: Pod) -> None:
    pod.triton.refused.add("plate_reader_v1")
    pod.obey(pod.decide("r1"))
    assert pod.turn(later=2).active is None
    assert pod.triton.ready() == frozenset()


def test_a_profile_that_the_release_lacks(pod: Pod) -> None:
    error = fault_of(pod.obey(pod.decide("r1", profile="gpu-tensorrt")))
    assert error.reason == Reason.PROFILE_MISSING
    assert "gpu-tensorrt" in error.message


def test_a_key_in_the_bucket_that_is_no_path_is_no_verdict_on_the_release(pod: Pod) -> None:
    pod.store.objects = {"stn/config.pbtxt": b"", "stn/1/model.pt": b"old"}
    decision = pod.decide_repository()
    pod.store.objects["stn/bad\x07name"] = b""
    error = fault_of(pod.obey(decision))
    assert not error.condemns(decision.manifest)
    del pod.store.objects["stn/bad\x07name"]
    assert pod.turn(later=400).active == decision.release


def test_a_volume_that_is_too_small_is_said_before_it_fills(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    pod.obey(pod.decide("r1"))
    whole = os.statvfs(pod.cache)
    small = os.statvfs_result((*whole[:4], 0, *whole[5:]))
    monkeypatch.setattr(os, "statvfs", lambda _: small)
    decision = pod.decide("r2")
    pod.store.fetched.clear()
    report = pod.obey(decision)
    assert (report.active, fault_of(report).reason, fault_of(report).transient) == ("r1", Reason.DISK_FULL, True)
    assert str(pod.cache) in fault_of(report).message
    assert pod.store.fetched == []


def test_a_volume_that_fills_on_the_way_is_said_and_the_fetch_goes_on_later(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    part = pod.cache / f"{reader_key(pod)}.part"
    part.symlink_to("/dev/full")
    report = pod.obey(pod.decide("r2"))
    assert (report.active, fault_of(report).reason, fault_of(report).transient) == ("r1", Reason.DISK_FULL, True)
    assert report.progress is None
    part.unlink()
    report = pod.turn(later=60)
    assert (report.active, report.error) == ("r2", None)


def test_a_volume_that_cannot_be_written_is_said(pod: Pod) -> None:
    pod.cache.rmdir()
    pod.cache.write_text("no folder")
    error = fault_of(pod.obey(pod.decide("r1")))
    assert (error.reason, error.transient) == (Reason.VOLUME_UNUSABLE, True)


def test_a_newer_decision_ends_a_fetch(pod: Pod) -> None:
    newer = pod.decide("r1")
    older = pod.decide("r2")

    def decide_again(key: str, at: int) -> None:
        if (key, at) == (reader_key(pod), 12):
            pod.inbox.take(newer)

    pod.store.on_piece = decide_again
    pod.obey(older)
    assert not (pod.cache / reader_key(pod)).exists()
    assert pod.turn().active == "r1"


def test_a_decision_that_cannot_be_read_leaves_the_one_before_in_force(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    (pod.root.parent / "decision.json").write_text('{"schemaNumber": 9}')
    assert pod.inbox.look()
    report = pod.turn()
    assert (report.active, fault_of(report).reason) == ("r1", Reason.DECISION_INVALID)


def test_without_a_decision_the_last_good_release_is_served(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    pod.restart_agent()
    pod.triton.restart()
    assert pod.turn().active == "r1"


def test_what_nobody_foresaw_is_said_logged_and_tried_again(
    pod: Pod, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pod.obey(pod.decide("r1"))

    def load(name: str) -> None:
        raise ZeroDivisionError("by nought")

    decision = pod.decide("r2")
    with monkeypatch.context() as patch:
        patch.setattr(pod.triton, "load", load)
        report = pod.obey(decision)
    assert (report.active, fault_of(report).reason, fault_of(report).transient) == ("r1", Reason.AGENT_FAULT, True)
    assert "ZeroDivisionError" in fault_of(report).message
    assert "ZeroDivisionError: by nought" in caplog.text
    assert pod.turn(later=0.1).active == "r1", "not at once"
    report = pod.turn(later=60)
    assert (report.active, report.error) == ("r2", None)


async def test_a_look_that_nobody_foresaw_to_fail_does_not_end_the_agent(
    pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    def traffic(name: str, release: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(pod.triton, "traffic", traffic)
    pod.inbox.take(pod.decide("r1"))
    work = asyncio.create_task(pod.loop.run(0.01))
    async with asyncio.timeout(10):
        while pod.board.report.error is None:
            await asyncio.sleep(0)
    assert not work.done()
    work.cancel()
    assert fault_of(pod.board.report).reason is Reason.AGENT_FAULT


def test_a_commit_in_place_that_fails_for_a_file_is_taken_back(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("a_detector", "plate_recognition")
    pod.store.objects = {f"{name}/1/model.pt": b"old" for name in names}
    pod.obey(pod.decide_repository())
    pod.store.objects = {f"{name}/2/model.pt": b"new" for name in names}
    place = pod.repository.place

    def gone(model: WantedModel) -> None:
        if model.name == "plate_recognition" and model.version == 2:
            raise FileNotFoundError("swept by another pod")
        place(model)

    monkeypatch.setattr(pod.repository, "place", gone)
    assert fault_of(pod.obey(pod.decide_repository())).reason is Reason.VOLUME_UNUSABLE
    assert [name for name in names if (pod.root / name / "2").exists()] == []
