"""The scores of a reader are fitted on crops that it is not judged on."""

import json
from pathlib import Path

import pytest
import torch

from platerec_convert.errors import ConversionError
from platerec_convert.synthetic.samples import SyntheticSettings
from platerec_convert.training import calibration
from platerec_convert.training.calibration import calibrate
from platerec_convert.training.config import ExamSettings
from platerec_convert.training.recognizer import PlateRecognizer
from platerec_convert.training.weights import save_weights

TEST_SET = ExamSettings(count=20, synthetic=SyntheticSettings(seed=1))
CPU = torch.device("cpu")


def save(folder: Path) -> Path:
    torch.manual_seed(1)
    network = PlateRecognizer()
    save_weights(network.reader, folder / "reader.safetensors")
    save_weights(network.rectifier, folder / "rectifier.safetensors")
    return folder


def test_the_curve_lies_beside_the_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "CROPS", 100)
    found = calibrate(save(tmp_path), TEST_SET, CPU)
    curve = json.loads((tmp_path / "calibration.json").read_text())
    assert set(curve["confidences"]) == {0.0}  # an untrained reader is never right
    assert 0 == found.after <= found.before


def test_weights_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=r"reader\.safetensors cannot be read"):
        calibrate(tmp_path, TEST_SET, CPU)
