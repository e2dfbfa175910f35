"""A release that is promoted or called off while another is on its way."""

from pathlib import Path

import pytest

from platerec_store.tests.agent.golden import candidate, publish
from platerec_store.tests.agent.pod import Pod


@pytest.fixture
def pod(golden_pod: Pod, tmp_path: Path) -> Pod:
    """A pod that serves r1, and finds r2 and r3 in its store."""
    publish(golden_pod, tmp_path, "r3", 3)
    golden_pod.obey(golden_pod.decide("r1", revision=1))
    return golden_pod


def test_a_candidate_that_another_one_follows_is_unloaded(pod: Pod) -> None:
    pod.obey(candidate(pod))
    assert pod.obey(candidate(pod, "r3", 3)).step == "Prepared"
    assert "plate_reader_v2" not in pod.triton.ready()


def test_a_release_that_is_promoted_during_a_bake_is_not_a_third_one_in_memory(pod: Pod) -> None:
    pod.obey(candidate(pod))
    pod.obey(pod.decide("r2", revision=3, previous="r1", baked=False))
    report = pod.obey(pod.decide("r3", phase="Prepare", revision=4, previous="r2", baked=False))
    assert (report.active, report.step) == ("r2", "Prepared")
    assert "plate_reader_v1" not in pod.triton.ready(), "nobody can go back to it any more"


def test_a_release_that_is_called_off_during_its_check_is_not_committed(pod: Pod) -> None:
    called_off = pod.decide("r1", revision=3)
    pod.triton.asked = lambda _: pod.inbox.take(called_off)  # another pod's verdict came meanwhile
    assert pod.obey(pod.decide("r2", revision=2, previous="r1", baked=False)).active == "r1"
    report = pod.turn()
    assert (report.active, report.target, report.step) == ("r1", "r1", "Idle")
    assert "plate_reader_v2" not in pod.triton.ready()
