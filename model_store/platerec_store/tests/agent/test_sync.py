"""A pod comes to serve what was decided, and to the next release without touching what serves."""

import json
from pathlib import Path

from platerec_store.release.decision import PipelineSettings
from platerec_store.release.layout import manifest_key
from platerec_store.release.pins import Pins
from platerec_store.release.reasons import Reason
from platerec_store.tests.agent.pod import Pod
from platerec_store.tests.make import make_folder, make_published


def pins(pod: Pod) -> Pins:
    return Pins.parse(pod.pins.read_bytes(), "pins")


def test_a_new_pod_serves_the_release(pod: Pod) -> None:
    report = pod.obey(pod.decide("r1"))
    assert (report.active, report.target, report.step, report.error) == ("r1", "r1", "Idle", None)
    assert report.models == ("plate_detector_v1", "plate_reader_v1", "plate_recognition")


def test_the_pipeline_is_loaded_last(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    assert pod.triton.calls == ["load plate_detector_v1", "load plate_reader_v1", "load plate_recognition"]


def test_every_file_lies_where_triton_looks_for_it(pod: Pod) -> None:
    pod.obey(pod.decide("r2"))
    assert (pod.root / "plate_reader_v2/1/model.py").read_text() == "a reader that was trained again"
    assert (pod.root / "plate_reader_v2/config.pbtxt").exists()
    assert (pod.root / "plate_recognition/1/model.py").exists()


def test_the_pins_name_the_release_and_what_to_call(pod: Pod) -> None:
    pod.obey(pod.decide("r2", settings=PipelineSettings(max_plates=8)))
    assert pins(pod).release == "r2"
    assert pins(pod).models == {"plate_detector": "plate_detector_v1", "plate_reader": "plate_reader_v2"}
    assert pins(pod).pipeline.max_plates == 8


def test_a_pod_at_rest_asks_nothing_of_store_or_triton(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    pod.turn()
    loads = len(pod.triton.calls)
    fetched = len(pod.store.fetched)
    for _ in range(3):
        pod.turn(later=2)
    assert (len(pod.triton.calls), len(pod.store.fetched)) == (loads, fetched)


def test_the_next_release_fetches_and_loads_only_what_is_new(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    pod.triton.calls.clear()
    pod.store.fetched.clear()
    assert pod.obey(pod.decide("r2")).active == "r2"
    assert pod.triton.calls == ["load plate_reader_v2", "unload plate_reader_v1"]
    assert len([key for key, _ in pod.store.fetched if key.startswith("blobs/")]) == 1


def test_the_old_models_go_only_when_no_request_can_call_them(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    with pod.request():
        report = pod.obey(pod.decide("r2"))
        assert (report.active, report.step) == ("r2", "Retire")
        assert "plate_reader_v1" in pod.turn(later=100).models
    report = pod.turn()
    assert report.step == "Idle"
    assert report.models == ("plate_detector_v1", "plate_reader_v2", "plate_recognition")


def test_the_release_before_stays_on_disk_and_the_one_before_that_goes(pod: Pod, tmp_path: Path) -> None:
    third = make_folder(tmp_path / "models3", reader=b"third", reader_version=3)
    make_published(pod.store, third, "r3", tmp_path / "out")
    for release in ("r1", "r2", "r3"):
        pod.obey(pod.decide(release))
    assert pod.folders() == {"plate_detector_v1", "plate_reader_v2", "plate_reader_v3", "plate_recognition"}
    cached = {path.read_bytes() for path in pod.cache.glob("blobs/sha256/*")}
    assert b"third" in cached
    assert b"reader" not in cached


def test_going_back_fetches_nothing(pod: Pod) -> None:
    for release in ("r1", "r2"):
        pod.obey(pod.decide(release))
    pod.store.fetched.clear()
    decision = pod.decide("r1")
    pod.store.fetched.clear()
    assert pod.obey(decision).active == "r1"
    assert pod.store.fetched == []


def test_settings_of_the_pipeline_change_without_loading(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    pod.triton.calls.clear()
    pod.obey(pod.decide("r1", settings=PipelineSettings(max_plates=3)))
    assert pins(pod).pipeline.max_plates == 3
    assert pod.triton.calls == []


def test_the_old_models_wait_for_a_version_of_the_pipeline_that_leaves(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    pod.triton.going.add("plate_recognition")
    assert pod.obey(pod.decide("r2")).step == "Retire"
    assert "plate_reader_v1" in pod.triton.ready()
    pod.triton.going.clear()
    assert "plate_reader_v1" not in pod.turn().models


def test_a_changed_pipeline_is_loaded_after_the_pins(pod: Pod, tmp_path: Path) -> None:
    pod.obey(pod.decide("r1"))
    folder = make_folder(tmp_path / "models3", pipeline="# new code\n", pipeline_version=2)
    make_published(pod.store, folder, "r3", tmp_path / "out")
    pod.triton.calls.clear()
    assert pod.obey(pod.decide("r3")).active == "r3"
    assert pod.triton.calls == ["load plate_recognition"]
    assert (pod.root / "plate_recognition/2/model.py").read_text() == "# new code\n"
    assert not (pod.root / "plate_recognition/1").exists()


def test_a_prepared_release_is_loaded_beside_the_one_that_serves(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    assert pod.obey(pod.decide("r2", phase="Prepare")).active == "r1"
    assert pod.turn().active == "r1"
    assert pins(pod).release == "r1"
    assert "plate_reader_v2" in pod.triton.ready()
    pod.triton.calls.clear()
    assert pod.obey(pod.decide("r2")).active == "r2"
    assert pod.triton.calls == ["unload plate_reader_v1"]


def test_a_prepared_release_that_is_dropped_goes_away(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    pod.obey(pod.decide("r2", phase="Prepare"))
    pod.obey(pod.decide("r1"))
    assert "plate_reader_v2" not in pod.turn().models


def test_a_plain_repository_is_served_under_its_own_names(pod: Pod) -> None:
    pod.store.objects = {
        "stn/config.pbtxt": b"config",
        "stn/1/model.pt": b"weights",
        "lprnet/3/model.pt": b"no config: Triton completes it",
        "README.md": b"beside",
    }
    decision = pod.decide_repository()
    report = pod.obey(decision)
    assert (report.active, report.models) == (decision.release, ("lprnet", "stn"))
    assert (pod.root / "stn/1/model.pt").read_bytes() == b"weights"
    assert not (pod.root / "lprnet/config.pbtxt").exists()


def test_a_plain_repository_that_changes_loads_only_what_changed(pod: Pod) -> None:
    pod.store.objects = {"stn/1/model.pt": b"old", "lprnet/1/model.pt": b"same"}
    pod.obey(pod.decide_repository())
    pod.store.objects["stn/2/model.pt"] = b"new"
    pod.triton.calls.clear()
    assert pod.obey(pod.decide_repository()).step == "Idle"
    assert pod.triton.calls == ["load stn_candidate", "unload stn_candidate", "load stn"]
    assert (pod.root / "stn/2/model.pt").read_bytes() == b"new"


def test_a_model_that_left_the_repository_is_unloaded(pod: Pod) -> None:
    pod.store.objects = {"stn/1/model.pt": b"old", "lprnet/1/model.pt": b"same"}
    pod.obey(pod.decide_repository())
    del pod.store.objects["stn/1/model.pt"]
    assert pod.obey(pod.decide_repository()).models == ("lprnet",)


def test_a_listing_that_changed_since_the_decision_waits_for_the_next_one(pod: Pod) -> None:
    pod.store.objects = {"stn/1/model.pt": b"old"}
    decision = pod.decide_repository()
    pod.store.objects["stn/1/model.pt"] = b"new"
    error = pod.obey(decision).error
    assert error is not None
    assert (error.reason, error.transient) == (Reason.MANIFEST_CHANGED, True)
    assert pod.obey(pod.decide_repository()).error is None


def test_a_manifest_that_was_not_verified_is_not_loaded(pod: Pod) -> None:
    decision = pod.decide("r1")
    changed = json.loads(pod.store.get(manifest_key("r1"))) | {"created": "2026-12-24T00:00:00Z"}
    pod.store.put(manifest_key("r1"), json.dumps(changed).encode())
    error = pod.obey(decision).error
    assert error is not None
    assert error.reason == Reason.MANIFEST_CHANGED
    assert pod.triton.calls == []
