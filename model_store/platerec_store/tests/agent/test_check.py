"""A candidate is checked on its golden samples before it may serve."""

import itertools
import json
import weakref
from pathlib import Path

import numpy as np
import pytest

from platerec_store.disk.picture import read_picture
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Report
from platerec_store.swap.gate import Reading
from platerec_store.tests.agent.golden import RIGHT, SERVES, TRIAL, candidate, publish
from platerec_store.tests.agent.pod import Pod
from platerec_store.triton.port import AnswerError, TritonError


class FrameOfTest(np.ndarray[tuple[int, ...], np.dtype[np.uint8]]):
    """A frame that can be watched."""

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


@pytest.fixture
def pod(golden_pod: Pod) -> Pod:
    """A pod that serves r1, and finds r2 in its store."""
    golden_pod.obey(golden_pod.decide("r1", revision=1))
    golden_pod.triton.calls.clear()
    return golden_pod


def error_of(report: Report) -> tuple[Reason, bool, str]:
    assert report.error is not None
    return report.error.reason, report.error.transient, report.error.message


def test_a_candidate_that_reads_as_it_should_is_prepared(pod: Pod) -> None:
    report = pod.obey(candidate(pod))
    assert (report.step, report.active, report.error) == ("Prepared", "r1", None)
    assert pod.triton.calls == ["load plate_reader_v2", f"load {TRIAL}", f"unload {TRIAL}"]


def test_on_trial_it_answers_by_its_own_release(pod: Pod) -> None:
    pod.obey(candidate(pod))
    pins = json.loads((pod.root / f".pins/{TRIAL}-1.json").read_text())
    assert (pins["release"], pins["models"]["plate_reader"]) == ("r2", "plate_reader_v2")
    assert json.loads((pod.root / f".pins/{SERVES}-1.json").read_text())["release"] == "r1"


def test_a_committed_candidate_leaves_nothing_of_its_trial(pod: Pod) -> None:
    pod.obey(candidate(pod))
    report = pod.obey(pod.decide("r2", revision=3, previous="r1", baked=False))
    assert (report.active, report.step) == ("r2", "Idle")
    assert TRIAL not in pod.folders()
    assert [path.name for path in (pod.root / ".pins").glob("*.json")] == [f"{SERVES}-1.json"]


def test_a_wrong_text_refuses_the_release_and_says_what_was_expected(pod: Pod) -> None:
    pod.triton.readings[TRIAL] = [Reading("B880K197", RIGHT.box)]
    report = pod.obey(candidate(pod))
    reason, transient, message = error_of(report)
    assert (reason, transient) == (Reason.GATE_FAILED, False)
    assert "sample car.png expected B840CK197, got B880K197" in message
    assert (report.active, report.prepared) == ("r1", None)
    assert "plate_reader_v2" not in report.models
    assert report.error is not None
    assert report.error.condemns(pod.choice("r2").manifest)
    assert not report.error.condemns(pod.choice("r1").manifest)


def test_a_pipeline_that_does_not_answer_refuses_the_release(pod: Pod) -> None:
    del pod.triton.readings[TRIAL]
    reason, _, message = error_of(pod.obey(candidate(pod)))
    assert reason is Reason.GATE_FAILED
    assert f"model '{TRIAL}' failed" in message
    assert TRIAL not in pod.triton.ready()


def test_a_candidate_that_is_slow_each_time_refuses_the_release(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("platerec_store.agent.checking.time.monotonic", lambda: clock[0])

    def asked(name: str) -> None:
        clock[0] += 0.5 if name == TRIAL else 0.1

    pod.triton.asked = asked
    reason, _, message = error_of(pod.obey(candidate(pod)))
    assert reason is Reason.GATE_FAILED
    assert "5.0 times as long" in message


def test_a_candidate_that_is_slow_once_is_timed_again(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, count = [0.0], itertools.count()
    monkeypatch.setattr("platerec_store.agent.checking.time.monotonic", lambda: clock[0])

    def asked(name: str) -> None:
        clock[0] += 0.5 if name == TRIAL and next(count) < 6 else 0.1

    pod.triton.asked = asked
    assert pod.obey(candidate(pod)).step == "Prepared"


def test_a_triton_that_goes_away_condemns_nothing(pod: Pod) -> None:
    def asked(name: str) -> None:
        pod.triton.up = name != TRIAL
        pod.triton.ready()

    pod.triton.asked = asked
    reason, transient, _ = error_of(pod.obey(candidate(pod)))
    assert (reason, transient) == (Reason.TRITON_UNAVAILABLE, True)
    pod.triton.up, pod.triton.asked = True, lambda _: None
    pod.triton.restart()
    assert pod.turn(later=5).step == "Prepared"


def test_a_pipeline_that_ends_triton_is_refused_before_it_does_so_for_ever(pod: Pod) -> None:
    def asked(name: str) -> None:
        if name == TRIAL:
            pod.triton.restart()
            raise TritonError(Reason.TRITON_UNAVAILABLE, "Triton does not answer: Socket closed")

    pod.triton.asked = asked
    assert error_of(pod.obey(candidate(pod)))[1], "once can be chance"
    reason, transient, message = error_of(pod.turn(later=5))
    assert (reason, transient) == (Reason.MODEL_REFUSED, False)
    assert "Triton ended 2 times" in message
    assert pod.turn(later=5).active == "r1"


def test_a_candidate_that_is_silent_once_is_asked_again(pod: Pod) -> None:
    silence = iter([True])

    def asked(name: str) -> None:
        if name == TRIAL and next(silence, False):
            raise AnswerError("Deadline Exceeded")

    pod.triton.asked = asked
    assert pod.obey(candidate(pod)).step == "Prepared"


def test_a_release_that_serves_too_slowly_to_be_timed_is_no_verdict_on_the_next(pod: Pod) -> None:
    def asked(name: str) -> None:
        if name == SERVES:
            raise AnswerError("Deadline Exceeded")

    pod.triton.asked = asked
    assert pod.obey(candidate(pod)).step == "Prepared"


def test_a_refused_candidate_leaves_nothing_on_disk(pod: Pod) -> None:
    pod.triton.readings[TRIAL] = []
    pod.obey(candidate(pod))
    pod.obey(pod.decide("r1", revision=3))
    assert pod.folders() == {"plate_detector_v1", "plate_reader_v1", SERVES}


def test_candidates_that_are_refused_one_after_the_other_leave_nothing_on_disk(pod: Pod, tmp_path: Path) -> None:
    for version in (3, 4, 5):
        publish(pod, tmp_path, f"r{version}", version)
        pod.triton.refused.add(f"plate_reader_v{version}")
        pod.obey(candidate(pod, f"r{version}", 10 * version))
        pod.obey(pod.decide("r1", revision=10 * version + 1))
    assert pod.folders() == {"plate_detector_v1", "plate_reader_v1", SERVES}


def test_a_golden_picture_that_is_none_refuses_the_release(pod: Pod, tmp_path: Path) -> None:
    publish(pod, tmp_path, "r3", 3, picture=b"Dear editor")
    reason, _, message = error_of(pod.obey(candidate(pod, "r3")))
    assert reason is Reason.GATE_FAILED
    assert "golden picture" in message


def test_golden_pictures_are_in_memory_one_at_a_time(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seventy frames of a video are more than the agent may have."""
    alive: weakref.WeakSet[FrameOfTest] = weakref.WeakSet()
    most = 0

    def read(path: Path) -> FrameOfTest:
        nonlocal most
        frame = read_picture(path).view(FrameOfTest)
        alive.add(frame)
        most = max(most, len(alive))
        return frame

    publish(pod, pod.root.parent, "r3", 3, copies=4)
    monkeypatch.setattr("platerec_store.agent.checking.read_picture", read)
    assert pod.obey(candidate(pod, "r3")).step == "Prepared"
    assert most <= 2, "the one before goes when the next one is there"


def test_a_golden_picture_that_is_gone_is_fetched_again(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pods share a cache, another one may sweep it."""

    def gone(path: Path) -> object:
        path.unlink()
        return read_picture(path)

    with monkeypatch.context() as patch:
        patch.setattr("platerec_store.agent.checking.read_picture", gone)
        assert error_of(pod.obey(candidate(pod)))[1]
    assert pod.turn(later=60).step == "Prepared"


def test_a_release_that_has_baked_is_not_checked_again(pod: Pod) -> None:
    assert pod.obey(pod.decide("r2", revision=2)).active == "r2"
    assert f"load {TRIAL}" not in pod.triton.calls


def test_a_pod_that_joins_checks_only_what_has_not_baked(pod: Pod, tmp_path: Path) -> None:
    """What the fleet serves is known to be good."""
    (tmp_path / "joins").mkdir()
    other = Pod(tmp_path / "joins")
    other.store, other.triton.readings = pod.store, pod.triton.readings
    other.restart_agent()
    assert other.obey(candidate(other)).active == "r1"
    assert f"load {TRIAL}" not in other.triton.calls
    assert other.turn().step == "Prepared"
    assert f"load {TRIAL}" in other.triton.calls


def test_two_releases_that_do_not_fit_are_said_and_tried_again(pod: Pod) -> None:
    pod.meminfo.write_text("MemTotal: 100 kB\nMemAvailable: 0 kB\n")
    reason, transient, message = error_of(pod.obey(candidate(pod)))
    assert (reason, transient) == (Reason.MEMORY_SHORT, True)
    assert "RollingUpdate" in message
    assert pod.board.report.active == "r1"
    pod.meminfo.write_text("MemAvailable: 1000000 kB\n")
    assert pod.turn(later=60).step == "Prepared"


def test_a_pod_that_will_be_replaced_keeps_what_it_serves(pod: Pod) -> None:
    decision = pod.decide("r2", revision=2, previous="r1", baked=False).model_copy(update={"replaces": True})
    report = pod.obey(decision)
    assert (report.active, report.target, report.revision, report.step) == ("r1", "r2", 2, "Idle")
    assert pod.triton.calls == []


def test_a_model_of_a_plain_repository_is_tried_under_another_name(pod: Pod) -> None:
    config = b'name: "stn"\nbackend: "pytorch"\n'
    pod.store.objects = {"stn/config.pbtxt": config, "stn/1/model.pt": b"old"}
    pod.obey(pod.decide_repository())
    pod.store.objects["stn/2/model.pt"] = b"new"
    pod.triton.refused.add("stn_candidate")
    before = pod.board.report.active
    report = pod.obey(pod.decide_repository())
    assert error_of(report)[0] is Reason.MODEL_REFUSED
    assert report.active == before
    assert not (pod.root / "stn/2").exists()
    assert "stn_candidate" not in pod.folders()
    assert (pod.root / "stn/config.pbtxt").read_bytes() == config


def test_an_ensemble_is_not_tried_alone(pod: Pod) -> None:
    pod.store.objects = {"both/config.pbtxt": b"ensemble", "both/1/": b"", "stn/1/model.pt": b"old"}
    pod.obey(pod.decide_repository())
    pod.store.objects["both/config.pbtxt"] = b"another ensemble"
    pod.triton.calls.clear()
    pod.obey(pod.decide_repository())
    assert "load both_candidate" not in pod.triton.calls
