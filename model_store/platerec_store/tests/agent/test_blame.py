"""A model that ends Triton, or its own process, is told from a node that has too much to do."""

import pytest

from platerec_store.release.reasons import Reason
from platerec_store.tests.agent.pod import Pod, fault_of
from platerec_store.triton.port import BusyError


def test_a_model_that_ends_triton_is_refused_before_it_does_so_for_ever(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    pod.triton.fatal.add("plate_reader_v2")
    error = fault_of(pod.obey(pod.decide("r2", baked=False)))
    assert (error.reason, error.transient) == (Reason.TRITON_UNAVAILABLE, True)
    error = fault_of(pod.turn(later=2))
    assert (error.reason, error.transient) == (Reason.MODEL_REFUSED, False)
    assert "Triton ended 2 times while it loaded model 'plate_reader_v2'" in error.message
    for _ in range(5):
        assert pod.turn(later=1000).active == "r1"
    assert pod.triton.calls.count("load plate_reader_v2") == 2


def test_a_node_that_is_too_busy_to_load_a_model_condemns_nothing_however_long(
    pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    pod.obey(pod.decide("r1"))

    def load(name: str) -> None:
        raise BusyError("Timed out occurred while waiting for the stub process.")

    decision = pod.decide("r2", baked=False)
    with monkeypatch.context() as patch:
        patch.setattr(pod.triton, "load", load)
        pod.obey(decision)
        for _ in range(5):
            report = pod.turn(later=2)
            assert (report.active, fault_of(report).transient) == ("r1", True)
    assert "plate_recognition" in report.models
    pod.turn(later=2)
    assert "load plate_reader_v2" in pod.triton.calls


def test_a_model_whose_process_ends_each_time_is_refused_and_what_serves_is_not_touched(
    pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    pod.obey(pod.decide("r1"))

    def load(name: str) -> None:
        raise BusyError(f"Stub process '{name}_0' is not healthy.", suspicious=True)

    monkeypatch.setattr(pod.triton, "load", load)
    report = pod.obey(pod.decide("r2", baked=False))
    assert (report.active, fault_of(report).transient) == ("r1", True)
    report = pod.turn(later=2)
    assert (report.active, fault_of(report).reason) == ("r1", Reason.MODEL_REFUSED)
    assert "Triton failed 2 times while it loaded model 'plate_reader_v2'" in fault_of(report).message


def test_what_served_is_loaded_first_when_triton_restarts_on_the_way(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    pod.triton.fatal.add("plate_reader_v2")
    pod.obey(pod.decide("r2"))
    pod.triton.fatal.clear()
    pod.triton.calls.clear()
    assert pod.turn(later=2).active == "r2"
    restored, swapped = pod.triton.calls.index("load plate_recognition"), pod.triton.calls.index("load plate_reader_v2")
    assert restored < swapped


def test_a_release_that_has_served_is_not_blamed_for_a_triton_that_ends(pod: Pod) -> None:
    pod.obey(pod.decide("r1"))
    pod.triton.restart()
    pod.triton.fatal.add("plate_reader_v1")
    for _ in range(5):
        assert fault_of(pod.turn(later=100)).reason == Reason.TRITON_UNAVAILABLE
    pod.triton.fatal.clear()
    report = pod.turn(later=100)
    assert (report.active, report.error) == ("r1", None)
