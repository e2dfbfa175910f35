"""A pod among others: it prepares, waits, commits, and goes back when it is told to."""

from pathlib import Path

import pytest

from platerec_store.objects.memory import MemoryStore
from platerec_store.release.manifest import digest_of
from platerec_store.release.reasons import Reason
from platerec_store.swap.state import State
from platerec_store.tests.agent.pod import Pod
from platerec_store.tests.make import make_folder, make_published


def prepare(pod: Pod) -> None:
    pod.obey(pod.decide("r1", revision=1))
    pod.obey(pod.decide("r2", phase="Prepare", revision=2, previous="r1"))


def test_a_pod_that_has_prepared_says_so_and_serves_on(pod: Pod) -> None:
    prepare(pod)
    report = pod.board.report
    digest = digest_of(pod.store.get("releases/r2/manifest.json"))
    assert (report.step, report.active, report.target, report.prepared) == ("Prepared", "r1", "r2", digest)
    assert report.revision == 2
    assert {"plate_reader_v1", "plate_reader_v2"} <= pod.triton.ready()


def test_a_commit_says_when_it_was(pod: Pod) -> None:
    prepare(pod)
    before = pod.board.report.committed
    pod.now += 5
    report = pod.obey(pod.decide("r2", revision=3, previous="r1"))
    assert (report.active, report.prepared, report.revision) == ("r2", None, 3)
    assert before is not None
    assert report.committed is not None
    assert report.committed > before


def test_the_release_before_stays_loaded_until_the_new_one_has_baked(pod: Pod) -> None:
    prepare(pod)
    pod.obey(pod.decide("r2", revision=3, previous="r1", baked=False))
    assert "plate_reader_v1" in pod.triton.ready()
    pod.triton.calls.clear()
    assert pod.obey(pod.decide("r2", revision=4)).step == "Idle"
    assert pod.triton.calls == ["unload plate_reader_v1"]


def test_an_undone_release_gives_way_without_loading_anything(pod: Pod) -> None:
    prepare(pod)
    pod.obey(pod.decide("r2", revision=3, previous="r1", baked=False))
    pod.triton.calls.clear()
    report = pod.obey(pod.decide("r1", revision=4))
    assert (report.active, report.step) == ("r1", "Idle")
    assert pod.triton.calls == ["unload plate_reader_v2"]


def test_a_preparation_that_is_called_off_leaves_nothing(pod: Pod) -> None:
    prepare(pod)
    report = pod.obey(pod.decide("r1", revision=3))
    assert (report.active, report.prepared) == ("r1", None)
    assert "plate_reader_v2" not in report.models


def test_a_pod_that_joins_serves_what_the_others_serve_and_then_prepares(pod: Pod) -> None:
    decision = pod.decide("r2", phase="Prepare", revision=2, previous="r1")
    assert pod.obey(decision).active == "r1"
    report = pod.turn()
    assert (report.active, report.step) == ("r1", "Prepared")


def test_a_pod_that_joins_serves_what_the_others_serve_without_the_release_that_they_prepare(pod: Pod) -> None:
    decision = pod.decide("r2", phase="Prepare", revision=2, previous="r1")
    manifest = pod.store.objects.pop("releases/r2/manifest.json")
    for report in (pod.obey(decision), pod.turn(later=100)):
        assert report.error is not None
        assert (report.active, report.error.reason) == ("r1", Reason.RELEASE_NOT_FOUND)
    pod.store.objects["releases/r2/manifest.json"] = manifest
    report = pod.turn(later=100)
    assert (report.active, report.step, report.error) == ("r1", "Prepared", None)


def test_a_pod_that_joins_serves_what_the_others_serve_when_the_next_release_is_not_for_it(
    pod: Pod, tmp_path: Path
) -> None:
    other = make_folder(tmp_path / "gpu", reader_version=3, profiles=("gpu-torchscript",))
    make_published(pod.store, other, "r3", tmp_path / "out")
    report = pod.obey(pod.decide("r3", phase="Prepare", revision=2, previous="r1", baked=False))
    assert report.error is not None
    assert (report.active, report.error.reason) == ("r1", Reason.PROFILE_MISSING)
    assert report.error.condemns(pod.choice("r3").manifest)


def test_a_refused_preparation_leaves_what_serves(pod: Pod) -> None:
    pod.triton.refused.add("plate_reader_v2")
    prepare(pod)
    report = pod.board.report
    assert report.error is not None
    assert (report.active, report.step, report.prepared) == ("r1", "Idle", None)
    assert (report.error.reason, report.error.transient) == (Reason.MODEL_REFUSED, False)


def test_another_model_of_the_same_name_and_version_never_replaces_one_that_serves(pod: Pod, tmp_path: Path) -> None:
    """Two stores may number their models alike."""
    pod.obey(pod.decide("r1", revision=1))
    other = make_folder(tmp_path / "elsewhere", reader=b"trained elsewhere")
    elsewhere = MemoryStore()
    make_published(elsewhere, other, "r9", tmp_path / "out")
    pod.store.objects.update(elsewhere.objects)
    pod.triton.calls.clear()
    report = pod.obey(pod.decide("r9", phase="Prepare", revision=2, previous="r1"))
    assert report.error is not None
    assert report.error.reason is Reason.MODEL_REFUSED
    assert report.active == "r1"
    assert "load plate_reader_v1" not in pod.triton.calls
    assert (pod.root / "plate_reader_v1/1/model.py").read_bytes() == b"reader"


def test_a_triton_that_restarts_while_a_release_waits_has_both_again(pod: Pod) -> None:
    prepare(pod)
    pod.triton.restart()
    report = pod.turn(later=2)
    assert (report.active, report.step) == ("r1", "Prepared")
    assert {"plate_reader_v1", "plate_reader_v2"} <= pod.triton.ready()


def test_an_agent_that_restarts_while_a_release_waits_commits_it_without_the_store(pod: Pod) -> None:
    prepare(pod)
    decision = pod.decide("r2", revision=3, previous="r1")
    pod.restart_agent()
    pod.store.fetched.clear()
    assert pod.obey(decision).active == "r2"
    assert pod.store.fetched == []


@pytest.mark.parametrize("step", ["Fetch", "Load", "Check", "Commit", "Retire"])
def test_an_agent_that_is_killed_in_any_step_goes_on(pod: Pod, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Killed when the step is saved and nothing of it is done."""
    pod.obey(pod.decide("r1", revision=1))
    remember = pod.repository.remember

    def killed(state: State) -> None:
        remember(state)
        if state.step == step:
            raise KeyboardInterrupt

    decision = pod.decide("r2", revision=2)
    with monkeypatch.context() as patch:
        patch.setattr(pod.repository, "remember", killed)
        with pytest.raises(KeyboardInterrupt):
            pod.obey(decision)
    pod.restart_agent()
    report = pod.obey(decision)
    assert (report.active, report.step, report.error) == ("r2", "Idle", None)
    assert report.models == ("plate_detector_v1", "plate_reader_v2", "plate_recognition")
