"""A calibration is a rising curve from a file, or nothing."""

from pathlib import Path

import numpy as np
import pytest

from platerec_pipeline.calibration import IDENTITY, CalibrationError, load_calibration, parse_calibration


def test_confidences_lie_on_lines_between_the_points() -> None:
    calibration = parse_calibration('{"scores": [0.2, 0.6, 1], "confidences": [0, 0.8, 0.9]}', "it")
    confidences = calibration.apply(np.array([0, 0.2, 0.4, 0.6, 1], dtype=np.float32))
    np.testing.assert_allclose(confidences, [0, 0, 0.4, 0.8, 0.9], atol=1e-6)


def test_without_a_file_scores_stay(tmp_path: Path) -> None:
    assert load_calibration(tmp_path / "none.json") == IDENTITY
    np.testing.assert_allclose(IDENTITY.apply(np.array([0, 0.3, 1], dtype=np.float32)), [0, 0.3, 1])


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text('{"scores": [0, 1], "confidences": [0.1, 0.9]}')
    assert load_calibration(path).confidences == (0.1, 0.9)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "it is not a calibration"),
        ('{"scores": [0, 1]}', "it is not a calibration: KeyError"),
        ('{"scores": [0, 1], "confidences": [0.5]}', "as many confidences as scores"),
        ('{"scores": [0, 1], "confidences": [0.5, 0.4]}', "does not rise"),
        ('{"scores": [0, 0], "confidences": [0.5, 0.6]}', "does not rise"),
        ('{"scores": [0, 1], "confidences": [0.5, 1.5]}', "leaves the range"),
    ],
)
def test_a_wrong_one_is_named(text: str, sentence: str) -> None:
    with pytest.raises(CalibrationError, match=sentence):
        parse_calibration(text, "it")
