"""Rates are what their names say."""

from math import isnan

import pytest

from platerec_convert.evaluation.scores import (
    Detection,
    Reading,
    build_bands,
    build_rates,
    calibration_error,
    edit_distance,
)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("", "", 0), ("ABC", "", 3), ("", "ABC", 3), ("Y836XH76", "Y836XH7", 1), ("B840CK", "B880K", 2), ("AB", "BA", 2)],
)
def test_edits_are_insertions_deletions_and_substitutions(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other) == distance


def test_a_plate_that_was_not_found_counts_as_read_empty() -> None:
    rates = build_rates([Reading("Y836XH76", "Y836XH76", 50), Reading("Y836XH76", "", 50)])
    assert (rates.plates, rates.exact, rates.character_errors) == (2, 0.5, 0.5)


def test_bands_hold_their_plates_and_empty_ones_are_left_out() -> None:
    bands = build_bands([Reading("A", "A", 30), Reading("A", "B", 44.9), Reading("A", "A", 900)])
    assert list(bands) == ["30-45 px", "from 200 px", "all"]
    assert [(rates.plates, rates.exact) for rates in bands.values()] == [(2, 0.5), (1, 1), (3, pytest.approx(2 / 3))]


def test_detections_add_up() -> None:
    total = Detection(plates=3, found=2, boxes=2) + Detection(plates=1, found=1, boxes=4)
    assert (total.recall, total.precision) == (0.75, 0.5)
    assert isnan(Detection().recall)
    assert isnan(Detection().precision)


def test_scores_that_come_true_are_calibrated() -> None:
    assert calibration_error([(0.75, True), (0.75, True), (0.75, True), (0.75, False), (1.0, True)]) == 0


def test_scores_that_promise_too_much_are_not() -> None:
    assert calibration_error([(0.9, False), (0.9, True)]) == pytest.approx(0.4)
    assert isnan(calibration_error([]))
