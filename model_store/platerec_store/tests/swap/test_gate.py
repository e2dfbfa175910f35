"""Verdicts on what a candidate reads, and how fast."""

import pytest

from platerec_store.release.decision import Gate
from platerec_store.release.manifest import ExpectedPlate
from platerec_store.swap.gate import Reading, judge_latency, judge_readings, overlap
from platerec_store.swap.wanted import WantedFile, WantedSample

BOX = (100.0, 100.0, 200.0, 120.0)
ELSEWHERE = (300.0, 100.0, 400.0, 120.0)
STRICT = Gate()


def sample(*texts: str, name: str = "car.jpg") -> WantedSample:
    plates = tuple(ExpectedPlate(text=text, box=box) for text, box in zip(texts, (BOX, ELSEWHERE), strict=False))
    return WantedSample(name=name, picture=WantedFile(key="k", path="p", size=1), plates=plates, iou=0.5)


def test_what_is_expected_passes() -> None:
    answer = [Reading("K456MH190", ELSEWHERE), Reading("A123BC77", BOX)]
    assert judge_readings([(sample("A123BC77", "K456MH190"), answer)], STRICT) is None


@pytest.mark.parametrize(
    ("readings", "got"),
    [
        pytest.param([Reading("A123BC79", BOX)], "got A123BC79", id="another text"),
        pytest.param([], "got no plate at 100,100,200,120", id="nothing"),
        pytest.param([Reading("A123BC77", ELSEWHERE)], "got no plate at 100,100,200,120", id="another place"),
    ],
)
def test_what_differs_is_named(readings: list[Reading], got: str) -> None:
    verdict = judge_readings([(sample("A123BC77"), readings)], STRICT)
    assert verdict is not None
    assert "0 of 1 golden plates are as expected, 100% must be" in verdict
    assert f"sample car.jpg expected A123BC77, {got}." in verdict


def test_a_plate_where_none_is_expected_is_wrong() -> None:
    assert judge_readings([(sample(name="cat.jpeg"), [])], STRICT) is None
    verdict = judge_readings([(sample(name="cat.jpeg"), [Reading("A123BC77", BOX)])], STRICT)
    assert verdict is not None
    assert "sample cat.jpeg expected no plate, got A123BC77" in verdict


def test_a_gate_may_let_some_be_wrong() -> None:
    answers = [(sample("A123BC77", "K456MH190"), [Reading("A123BC77", BOX)])]
    assert judge_readings(answers, Gate(min_exact_match=0.5)) is None
    assert judge_readings(answers, Gate(min_exact_match=0.6)) is not None


def test_one_plate_answers_one_expectation() -> None:
    twice = sample("A123BC77", "A123BC77").model_copy(
        update={"plates": (ExpectedPlate(text="A123BC77", box=BOX), ExpectedPlate(text="A123BC77", box=BOX))}
    )
    assert judge_readings([(twice, [Reading("A123BC77", BOX)])], STRICT) is not None


def test_no_samples_are_no_verdict() -> None:
    assert judge_readings([], STRICT) is None


@pytest.mark.parametrize(("candidate", "slow"), [(0.100, False), (0.150, False), (0.151, True)])
def test_a_candidate_may_be_as_slow_as_the_gate_says(candidate: float, slow: bool) -> None:
    verdict = judge_latency(candidate, 0.100, STRICT)
    assert (verdict is not None) == slow


def test_a_slow_candidate_is_told_how_slow() -> None:
    verdict = judge_latency(0.5, 0.1, STRICT)
    assert verdict is not None
    assert "500.0 ms" in verdict
    assert "5.0 times as long, 1.5 times is allowed" in verdict


@pytest.mark.parametrize(
    ("other", "share"),
    [(BOX, 1.0), (ELSEWHERE, 0.0), ((100.0, 100.0, 150.0, 120.0), 0.5), ((150.0, 100.0, 250.0, 120.0), 1 / 3)],
)
def test_overlap_is_intersection_over_union(other: tuple[float, float, float, float], share: float) -> None:
    assert overlap(BOX, other) == pytest.approx(share)
