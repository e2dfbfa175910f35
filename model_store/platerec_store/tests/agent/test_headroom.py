"""Memory, of a GPU where there is one."""

from pathlib import Path

import pytest

from platerec_store.agent.headroom import Headroom
from platerec_store.release.decision import PipelineSettings
from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.swap.wanted import WantedFile, WantedModel
from platerec_store.tests.agent.pod import Pod
from platerec_store.tests.make import make_folder, make_published
from platerec_store.triton.memory import MemoryTriton


def model(size: int) -> WantedModel:
    return WantedModel(name="plate_reader_v2", files=(WantedFile(key="k", path="1/model.pt", size=size),))


def test_where_there_is_a_gpu_its_memory_counts(tmp_path: Path) -> None:
    triton = MemoryTriton(tmp_path)
    triton.gpu_memory = 200
    headroom = Headroom(triton, tmp_path / "meminfo")
    headroom.check("r2", [model(100)])
    with pytest.raises(FaultError, match="the GPU has less left") as caught:
        headroom.check("r2", [model(101)])
    assert caught.value.reason is Reason.MEMORY_SHORT


def test_without_a_gpu_the_node_counts(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:  10 kB\nMemAvailable:   1 kB\n")
    headroom = Headroom(MemoryTriton(tmp_path), meminfo)
    headroom.check("r2", [model(512)])
    with pytest.raises(FaultError, match="the node has less left"):
        headroom.check("r2", [model(513)])


def test_where_nobody_says_how_much_is_left_triton_has_the_last_word(tmp_path: Path) -> None:
    Headroom(MemoryTriton(tmp_path), tmp_path / "none").check("r2", [model(1 << 60)])


def test_a_first_release_is_not_kept_from_a_small_node(pod: Pod) -> None:
    """It displaces nothing: Triton has the last word."""
    pod.meminfo.write_text("MemAvailable: 0 kB\n")
    assert pod.obey(pod.decide("r1", revision=1)).active == "r1"


def test_what_triton_has_loaded_already_takes_no_more_memory(pod: Pod) -> None:
    pod.obey(pod.decide("r1", revision=1))
    decision = pod.decide("r2", phase="Prepare", revision=2, previous="r1")
    pod.obey(decision)
    pod.repository.remember(pod.loop._state.model_copy(update={"step": "Load"}))  # the agent was killed in there
    pod.restart_agent()
    pod.meminfo.write_text("MemAvailable: 0 kB\n")
    report = pod.obey(decision)
    assert (report.step, report.error) == ("Prepared", None)


def test_a_model_of_a_plain_repository_needs_memory_beside_the_one_that_it_replaces(pod: Pod) -> None:
    """One is tried after the other: what counts is the largest."""
    names = ("a_detector", "plate_recognition")
    pod.store.objects = {f"{name}/1/model.pt": bytes(100) for name in names}
    before = pod.obey(pod.decide_repository()).active
    pod.store.objects = {f"{name}/2/model.pt": bytes(900) for name in names}
    pod.meminfo.write_text("MemAvailable: 1 kB\n")
    report = pod.obey(pod.decide_repository())
    assert report.error is not None
    assert (report.active, report.error.reason) == (before, Reason.MEMORY_SHORT)
    pod.meminfo.write_text("MemAvailable: 2 kB\n")
    report = pod.turn(later=60)
    assert (report.active == before, report.error) == (False, None)


def test_a_changed_pipeline_needs_memory_beside_the_one_that_it_replaces(pod: Pod, tmp_path: Path) -> None:
    pod.obey(pod.decide("r1", revision=1))
    folder = make_folder(tmp_path / "models3", pipeline=f"# {'x' * 1000}\n", pipeline_version=2)
    make_published(pod.store, folder, "r3", tmp_path / "out")
    pod.meminfo.write_text("MemAvailable: 1 kB\n")
    report = pod.obey(pod.decide("r3", revision=2))
    assert report.error is not None
    assert (report.active, report.error.reason) == ("r1", Reason.MEMORY_SHORT)
    pod.meminfo.write_text("MemAvailable: 3 kB\n")
    assert pod.turn(later=60).active == "r3"


def test_a_pipeline_that_stays_as_it_is_takes_no_more_memory(pod: Pod) -> None:
    pod.obey(pod.decide("r1", revision=1))
    pod.restart_agent()  # what it had Triton load it does not know any more
    decision = pod.decide("r1", revision=2, settings=PipelineSettings(max_plates=3))
    pod.meminfo.write_text("MemAvailable: 0 kB\n")
    assert pod.obey(decision).error is None
