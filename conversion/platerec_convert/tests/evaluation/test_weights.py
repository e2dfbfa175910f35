"""Weights are converted once."""

import shutil
from pathlib import Path

import pytest

from platerec_convert.build import Target
from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.models import BuiltModels, Settings
from platerec_convert.evaluation.weights import convert_weights
from platerec_convert.networks.lprnet import LPRNet
from platerec_convert.networks.stn import SpatialTransformer
from platerec_convert.own import OWN
from platerec_convert.training.weights import save_weights


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "platerec" / "evaluated"


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    folder = tmp_path / "weights"
    folder.mkdir()
    shutil.copy(OWN / "detector.safetensors", folder)
    save_weights(SpatialTransformer(), folder / "rectifier.safetensors")
    save_weights(LPRNet(), folder / "reader.safetensors")
    return folder


def test_the_same_weights_are_converted_once_wherever_they_lie(weights: Path, tmp_path: Path, cache: Path) -> None:
    built = convert_weights(weights)
    BuiltModels(built, Settings())
    made = built.stat().st_mtime_ns
    shutil.copytree(weights, tmp_path / "copy")
    assert convert_weights(tmp_path / "copy") == built
    assert built.stat().st_mtime_ns == made
    assert [path.name for path in built.iterdir() if path.is_dir()] == ["cpu-onnx"]
    assert list(cache.iterdir()) == [built]


def test_an_evaluation_that_is_late_uses_the_models_that_are_there(
    weights: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    also: list[Path] = []

    def build(known: object, target: Target) -> None:
        for folder in (target.out, *also):
            (folder / "cpu-onnx").mkdir(parents=True)

    monkeypatch.setattr("platerec_convert.evaluation.weights.build_all", build)
    built = convert_weights(weights)
    shutil.rmtree(built)
    also.append(built)
    assert convert_weights(weights) == built
    assert list(cache.iterdir()) == [built]


def test_weights_that_cannot_be_converted_leave_nothing(weights: Path, cache: Path) -> None:
    shutil.copy(weights / "rectifier.safetensors", weights / "reader.safetensors")
    with pytest.raises(ConversionError, match="another architecture than LPRNet"):
        convert_weights(weights)
    assert list(cache.iterdir()) == []


def test_a_calibration_makes_other_models(weights: Path) -> None:
    before = convert_weights(weights)
    (weights / "calibration.json").write_text('{"scores": [0, 1], "confidences": [0.1, 0.9]}')
    assert convert_weights(weights) != before


def test_a_cache_that_cannot_be_written_is_named(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(ConversionError, match="The models cannot be kept in"):
        convert_weights(weights)
