"""Boxes that overlap belong together."""

import numpy as np
import pytest

from platerec_convert.evaluation.overlap import intersection_over_union, match_boxes


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array(rows, dtype=np.float32).reshape(-1, 4)


def test_overlap_is_the_shared_part_of_both() -> None:
    overlap = intersection_over_union(boxes((0, 0, 10, 10)), boxes((5, 0, 15, 10), (20, 0, 30, 10), (0, 0, 10, 10)))
    assert overlap[0].tolist() == pytest.approx([1 / 3, 0, 1])


def test_boxes_without_an_area_overlap_nothing() -> None:
    assert intersection_over_union(boxes((5, 5, 5, 5)), boxes((5, 5, 5, 5), (0, 0, 9, 9))).tolist() == [[0, 0]]


def test_each_box_is_matched_once_and_the_best_pair_first() -> None:
    labelled = boxes((0, 0, 10, 10), (4, 0, 14, 10))
    found = boxes((4, 0, 14, 10), (90, 0, 99, 10))
    assert list(match_boxes(labelled, found, 0.3)) == [(1, 0)]


@pytest.mark.parametrize(("one", "other"), [(boxes(), boxes((0, 0, 1, 1))), (boxes((0, 0, 1, 1)), boxes())])
def test_nothing_matches_none(one: np.ndarray, other: np.ndarray) -> None:
    assert list(match_boxes(one, other, 0.5)) == []
