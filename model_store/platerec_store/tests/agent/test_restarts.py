"""A Triton that restarts while a release is checked says nothing of the release."""

from platerec_store.release.layout import blob_key
from platerec_store.release.manifest import Manifest
from platerec_store.release.reasons import Reason
from platerec_store.tests.agent.golden import SERVES, TRIAL, candidate
from platerec_store.tests.agent.pod import Pod
from platerec_store.triton.port import AnswerError, TritonError


def restart_before_the_check(pod: Pod, release: str, reader: str) -> None:
    """Triton restarts when the golden picture is fetched; a pipeline answers only with its reader."""
    manifest = Manifest.parse(pod.store.get(f"releases/{release}/manifest.json"), release)
    picture = blob_key(manifest.golden[0].picture)

    def act(key: str, at: int) -> None:
        if key == picture:
            pod.store.on_piece = lambda *_: None
            pod.triton.restart()

    def asked(name: str) -> None:
        if name == TRIAL and reader not in pod.triton.ready():
            raise AnswerError(f"{reader} is not ready")

    pod.store.on_piece, pod.triton.asked = act, asked


def test_before_the_check_of_a_first_release_it_is_loaded_again(golden_pod: Pod) -> None:
    pod = golden_pod
    restart_before_the_check(pod, "r1", "plate_reader_v1")
    error = pod.obey(pod.decide("r1", revision=1, baked=False)).error
    assert error is not None
    assert (error.reason, error.transient) == (Reason.TRITON_UNAVAILABLE, True)
    report = pod.turn(later=5)
    assert (report.active, report.error) == ("r1", None)


def test_before_the_check_of_a_candidate_both_are_loaded_again(golden_pod: Pod) -> None:
    pod = golden_pod
    pod.obey(pod.decide("r1", revision=1))
    restart_before_the_check(pod, "r2", "plate_reader_v2")
    error = pod.obey(candidate(pod)).error
    assert error is not None
    assert (error.reason, error.transient) == (Reason.TRITON_UNAVAILABLE, True)
    report = pod.turn(later=5)
    assert (report.active, report.step, report.error) == ("r1", "Prepared", None)


def test_one_outage_is_counted_once_however_long_triton_takes_to_start(golden_pod: Pod) -> None:
    pod = golden_pod

    def asked(name: str) -> None:
        pod.triton.restart()
        pod.triton.up = False
        raise TritonError(Reason.TRITON_UNAVAILABLE, "Triton does not answer: Socket closed")

    pod.triton.asked = asked
    pod.obey(pod.decide("r1", revision=1, baked=False))
    for _ in range(3):
        error = pod.turn(later=2).error
        assert error is not None
        assert (error.reason, error.transient) == (Reason.TRITON_UNAVAILABLE, True)
    pod.triton.up, pod.triton.asked = True, lambda _: None
    assert pod.turn(later=2).active == "r1"
    assert SERVES in pod.triton.ready()
