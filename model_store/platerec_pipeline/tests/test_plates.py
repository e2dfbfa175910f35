"""What a client gets of a frame's plates."""

import numpy as np
import pytest

from platerec_pipeline.plates import Plates

BOXES = np.arange(12, dtype=np.float32).reshape(3, 4)
SCORES = np.array([0.9, 0.5, 0.4], dtype=np.float32)


@pytest.mark.parametrize(("threshold", "most", "count"), [(0.4, 64, 3), (0.45, 64, 2), (0.95, 64, 0), (0.0, 2, 2)])
def test_the_best_boxes_at_or_above_the_threshold_are_kept(threshold: float, most: int, count: int) -> None:
    plates = Plates.above(BOXES, SCORES, threshold, most)
    np.testing.assert_array_equal(plates.boxes, BOXES[:count])
    np.testing.assert_array_equal(plates.detection_scores, SCORES[:count])


def test_each_plate_is_a_row_of_each_output() -> None:
    plates = Plates(BOXES[:2], SCORES[:2]).read_as(["A111AA77", "B222BB99"], np.array([0.8, 0.0], dtype=np.float32))
    outputs = plates.as_outputs("2026.1")
    assert outputs["texts"].tolist() == [[b"A111AA77"], [b"B222BB99"]]
    assert outputs["text_scores"].tolist() == [[np.float32(0.8)], [0.0]]
    assert outputs["detection_scores"].tolist() == [[np.float32(0.9)], [0.5]]
    assert outputs["coordinates"].shape == (2, 4)
    assert outputs["release"].tolist() == [b"2026.1"]


def test_no_plate_is_no_rows() -> None:
    outputs = Plates(BOXES[:0], SCORES[:0]).as_outputs("2026.1")
    shapes = {name: outputs[name].shape for name in ("coordinates", "texts", "text_scores", "detection_scores")}
    assert shapes == {"coordinates": (0, 4), "texts": (0, 1), "text_scores": (0, 1), "detection_scores": (0, 1)}
    assert outputs["texts"].dtype == object
