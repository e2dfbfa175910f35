"""How far to trust the texts of a trained reader: a calibration fitted to synthetic crops, judged on others."""

from dataclasses import dataclass
from pathlib import Path

import torch

from platerec_convert.evaluation.calibrate import fit_calibration, score_texts, write_calibration
from platerec_convert.evaluation.scores import calibration_error
from platerec_convert.networks.weights import load_weights
from platerec_convert.training.config import ExamSettings
from platerec_convert.training.evaluation import Examination
from platerec_convert.training.recognizer import PlateRecognizer

CROPS = 2000
"""To fit to; a hundred and more for each point of the curve. Three thousand gave no better one."""


@dataclass(frozen=True)
class Improvement:
    """The expected calibration error on the test set, of the reader's own scores and of the calibrated ones."""

    before: float
    after: float


def calibrate(weights: Path, test_set: ExamSettings, device: torch.device) -> Improvement:
    """Fit the scores of the weights in a folder, and put `calibration.json` beside them.

    The crops to fit to are like those of the test set, of the next seed.
    """
    network = PlateRecognizer()
    load_weights(network.reader, weights / "reader.safetensors")
    load_weights(network.rectifier, weights / "rectifier.safetensors")
    network.to(device)
    like_test = test_set.synthetic.model_copy(update={"seed": test_set.synthetic.seed + 1})
    fitting = Examination(ExamSettings(count=CROPS, synthetic=like_test))
    calibration = fit_calibration(score_texts(fitting.read(network, device), fitting.truth))
    test = Examination(test_set)
    logits = test.read(network, device)
    before = calibration_error(score_texts(logits, test.truth))
    after = calibration_error(score_texts(logits, test.truth, calibration))
    write_calibration(calibration, weights / "calibration.json")
    return Improvement(before, after)
