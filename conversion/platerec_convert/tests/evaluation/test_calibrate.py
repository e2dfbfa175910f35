"""A calibration makes scores come true."""

from pathlib import Path

import numpy as np
import pytest

from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.calibrate import fit_calibration, write_calibration
from platerec_convert.evaluation.scores import calibration_error
from platerec_pipeline.calibration import load_calibration


def overconfident(count: int, seed: int) -> list[tuple[float, bool]]:
    """Scores whose texts are right far less often than they promise."""
    generator = np.random.default_rng(seed)
    scores = generator.uniform(size=count)
    return [(float(score), bool(generator.uniform() < score**3)) for score in scores]


def test_scores_that_promised_too_much_come_true_on_other_texts() -> None:
    calibration = fit_calibration(overconfident(2000, seed=1))
    others = overconfident(2000, seed=2)
    corrected = calibration.apply(np.array([score for score, _ in others], dtype=np.float32))
    assert calibration_error(others) > 0.2
    assert calibration_error([(float(c), right) for c, (_, right) in zip(corrected, others, strict=True)]) < 0.05


def test_what_was_fitted_is_a_calibration_that_the_pipeline_reads(tmp_path: Path) -> None:
    calibration = fit_calibration(overconfident(500, seed=3))
    write_calibration(calibration, tmp_path / "mine" / "calibration.json")
    assert load_calibration(tmp_path / "mine" / "calibration.json") == calibration


@pytest.mark.parametrize("right", [True, False])
def test_texts_that_are_all_right_or_all_wrong_make_a_level_curve(right: bool) -> None:
    calibration = fit_calibration([(score, right) for score in np.linspace(0, 1, 150).tolist()])
    assert len(set(calibration.confidences)) == 1
    assert calibration.confidences[0] == float(right)


def test_equal_scores_are_one_point() -> None:
    calibration = fit_calibration([(0.5, number % 2 == 0) for number in range(120)])
    assert calibration.apply(np.array([0.5], dtype=np.float32))[0] == pytest.approx(0.5)


def test_a_few_texts_are_too_few() -> None:
    with pytest.raises(ConversionError, match="needs 100 texts of known plates, these labels give 3"):
        fit_calibration([(0.5, True)] * 3)
