"""When an agent tries again depends on what is in its way."""

import pytest

from platerec_store.release.decision import Decision
from platerec_store.release.manifest import digest_of
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault
from platerec_store.release.source import S3, Source
from platerec_store.swap.retry import build_delay

R1, R2 = digest_of(b"r1"), digest_of(b"r2")


def delays(
    reason: Reason, jitter: float = 1.0, manifest: str | None = R2, *, baked: bool = False, first: int = 1
) -> list[float | None]:
    """After eight faults in a row, while r2 is decided."""
    source = Source(s3=S3(bucket="plates"))
    decision = Decision(release="r2", manifest=R2, profile="cpu-onnx", source=source, baked=baked)
    fault = Fault(reason=reason, message="It is wrong.", transient=reason.transient, manifest=manifest)
    return [build_delay(fault, decision, attempt, jitter) for attempt in range(first, first + 8)]


def test_a_store_is_asked_less_and_less_often() -> None:
    assert delays(Reason.STORE_UNREACHABLE) == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_store_that_is_away_for_days_is_still_asked() -> None:
    assert set(delays(Reason.STORE_UNREACHABLE, first=5000)) == {60}


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


def test_a_release_that_serves_elsewhere_is_tried_again() -> None:
    assert delays(Reason.MODEL_REFUSED, baked=True) == [5, 10, 20, 40, 80, 160, 300, 300]


def test_a_verdict_on_the_release_that_is_served_until_then_is_none_on_the_one_that_is_prepared() -> None:
    assert delays(Reason.MODEL_REFUSED, manifest=R1) == [5, 10, 20, 40, 80, 160, 300, 300]
