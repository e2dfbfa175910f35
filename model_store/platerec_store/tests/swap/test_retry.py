"""When an agent tries again depends on what is in its way."""

import pytest

from platerec_store.release.manifest import digest_of
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault
from platerec_store.swap.retry import build_delay


def delays(reason: Reason, jitter: float = 1.0, manifest: str | None = digest_of(b"r1")) -> list[float | None]:
    fault = Fault(reason=reason, message="It is wrong.", transient=reason.transient, manifest=manifest)
    return [build_delay(fault, attempt, jitter) for attempt in range(1, 9)]


def test_a_store_is_asked_less_and_less_often() -> None:
    assert delays(Reason.STORE_UNREACHABLE) == [1, 2, 4, 8, 16, 32, 60, 60]


def test_pods_spread_out() -> None:
    assert delays(Reason.STORE_UNREACHABLE, jitter=0.0)[3] == 4
    assert delays(Reason.STORE_UNREACHABLE, jitter=0.5)[3] == 6


def test_triton_is_a_neighbour_that_will_be_back_soon() -> None:
    assert set(delays(Reason.TRITON_UNAVAILABLE)) == {1}


@pytest.mark.parametrize("reason", [Reason.BLOB_CORRUPT, Reason.BLOB_MISSING])
def test_a_blob_may_be_repaired(reason: Reason) -> None:
    assert delays(reason) == [5, 10, 20, 40, 80, 160, 300, 300]


@pytest.mark.parametrize("reason", [Reason.MODEL_REFUSED, Reason.PROFILE_MISSING, Reason.MANIFEST_INVALID])
def test_a_verdict_stands(reason: Reason) -> None:
    assert set(delays(reason)) == {None}


def test_what_was_found_out_before_a_release_was_worked_on_is_no_verdict_on_it() -> None:
    assert delays(Reason.MANIFEST_INVALID, manifest=None) == [5, 10, 20, 40, 80, 160, 300, 300]
