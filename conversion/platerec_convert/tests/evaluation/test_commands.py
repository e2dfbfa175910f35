"""`platerec-eval` over models that the converter built."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from platerec_convert.evaluation.__main__ import main
from platerec_convert.evaluation.models import BuiltModels, Settings
from platerec_convert.export.interface import crops_interface, frame_interface
from platerec_convert.export.profiles import PROFILES, Conversion, Effort, build_version
from platerec_convert.networks.detector import DetectorSettings, PlateDetector
from platerec_convert.networks.lprnet import LPRNet
from platerec_convert.networks.stn import SpatialTransformer
from platerec_convert.tests.evaluation.test_clip import write_video
from platerec_convert.tests.networks.boxes import DarkSpots
from platerec_pipeline.decode import Decoder
from platerec_pipeline.grammar import GRAMMARS, load_grammar

Run = Callable[..., tuple[int, str, str]]
SPOT = (16, 8, 24, 16)
"""A cell of the grid of DarkSpots, x1, y1, x2, y2."""


@pytest.fixture(scope="module")
def networks() -> dict[str, torch.nn.Module]:
    torch.manual_seed(3)
    detector = PlateDetector(DarkSpots(), DetectorSettings(long_side=320, score_floor=0.7))
    return {"plate_detector": detector, "plate_rectifier": SpatialTransformer(), "plate_reader": LPRNet()}


@pytest.fixture(scope="module")
def models(networks: dict[str, torch.nn.Module], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for model, network in networks.items():
        interface = frame_interface() if model == "plate_detector" else crops_interface()
        conversion = Conversion(model, network.eval(), interface, Effort(1, 1))
        build_version(conversion, PROFILES["cpu-onnx"], folder / "cpu-onnx" / model / "1")
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["platerec-eval", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return end.value.code if isinstance(end.value.code, int) else 0, said.out, said.err

    return call


def spotted() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A white frame of the network's own size, with a dark spot."""
    frame = np.full((160, 320, 3), 255, dtype=np.uint8)
    left, top, right, bottom = SPOT
    frame[top:bottom, left:right] = 0
    return frame


def label(folder: Path) -> Path:
    Image.fromarray(spotted()).save(folder / "spot.png")
    plate = {"text": "Y836XH76", "boxes": {"0": SPOT}}
    labels = folder / "labels.json"
    labels.write_text(json.dumps({"files": [{"file": "spot.png", "plates": [plate]}]}))
    return labels


def test_the_models_are_called_as_in_torch(models: Path, networks: dict[str, torch.nn.Module]) -> None:
    answer = BuiltModels(models, Settings()).recognize(spotted())
    boxes, _, crops = networks["plate_detector"](torch.from_numpy(spotted()))
    with torch.inference_mode():
        logits = networks["plate_reader"](networks["plate_rectifier"](crops)).numpy()
    texts, scores = Decoder(load_grammar("ru")).decode(logits)
    assert len(boxes) == 1
    np.testing.assert_allclose(answer.plates.boxes, boxes, atol=1e-3)
    assert [text for text, _ in answer.scored_texts] == texts
    np.testing.assert_allclose([score for _, score in answer.scored_texts], scores, rtol=1e-2)


def test_a_frame_without_plates_is_answered_with_none(models: Path) -> None:
    answer = BuiltModels(models, Settings()).recognize(np.full((160, 320, 3), 255, dtype=np.uint8))
    assert answer.scored_texts == []


def test_labels_are_evaluated(run: Run, models: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheets" / "failures.png"
    code, out, said = run("--labels", label(tmp_path), "--models", models, "--json", "--failures", sheet)
    assert code == 0, said
    report = json.loads(out.splitlines()[-1])
    assert report["detection"] == {"plates": 1, "recall": 1.0, "precision": 1.0}
    assert report["single"]["all"]["plates"] == report["voted"]["all"]["plates"] == 1
    assert sheet.is_file()


def test_a_calibration_of_one_text_is_refused_after_the_report(run: Run, models: Path, tmp_path: Path) -> None:
    code, out, said = run("--labels", label(tmp_path), "--models", models, "--calibration", tmp_path / "curve.json")
    assert code == 2
    assert "100.0%" in out
    assert "A calibration needs 100 texts" in said
    assert not (tmp_path / "curve.json").exists()


def test_scores_are_those_of_the_folders_calibration(models: Path, tmp_path: Path) -> None:
    mine = tmp_path / "models"
    shutil.copytree(models, mine)
    pipeline = mine / "cpu-onnx" / "plate_recognition" / "1" / "platerec_pipeline"
    shutil.copytree(GRAMMARS, pipeline / "grammars")
    (pipeline / "calibration.json").write_text('{"scores": [0, 1], "confidences": [0.25, 0.25]}')
    assert [score for _, score in BuiltModels(mine, Settings()).recognize(spotted()).scored_texts] == [0.25]
    (plain,) = BuiltModels(mine, Settings(calibrated=False)).recognize(spotted()).scored_texts
    assert plain[1] != 0.25


def test_people_get_a_table(run: Run, models: Path, tmp_path: Path) -> None:
    code, out, said = run("--labels", label(tmp_path), "--models", models)
    assert code == 0, said
    assert "100.0%" in out
    assert "0-30 px" in out


def test_a_videos_json_line_is_the_last(run: Run, models: Path, tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.avi", 3)
    code, out, said = run("--video", video, "--expect", "Y836XH76", "--models", models, "--json")
    assert code == 0, said
    summary = json.loads(out.splitlines()[-1])
    assert list(summary) == ["frames", "exact_match", "wrong_texts_per_frame", "voted", "detected"]
    assert summary["frames"] == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Give either --labels, or --video together with --expect"),
        (["--video", "a.ts"], "Give either --labels, or --video together with --expect"),
        (["--video", "a.ts", "--expect", "  "], "--expect: there is no text"),
        (["--labels", "labels.json", "--models", "none"], "There is no folder of built models none"),
        (["--labels", "labels.json", "--models", ".", "--weights", "."], "Give either --weights or --models."),
        (["--labels", "labels.json", "--weights", "."], "There are no weights detector.safetensors"),
        (["--labels", "labels.json", "--models", "."], ". has no cpu-onnx/plate_detector/<version>/model.onnx"),
    ],
    ids=["nothing", "text", "spaces", "models", "both", "weights", "empty"],
)
def test_a_mistake_is_one_sentence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    code, _, said = run(*arguments)
    assert code == 2
    assert said.startswith(f"platerec-eval: {sentence}")
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_that_cannot_be_written_is_named_before_the_frames_are_read(
    run: Run, models: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    code, out, said = run("--labels", label(tmp_path), "--models", models, "--failures", tmp_path / "file" / "f.png")
    assert (code, out) == (2, "")
    assert "f.png cannot be written: " in said


def test_a_grammar_that_is_not_there_is_named(run: Run, models: Path, tmp_path: Path) -> None:
    code, _, said = run("--labels", label(tmp_path), "--models", models, "--grammar", "xx")
    assert code == 2
    assert "there is no plate grammar 'xx'; known: any, ru" in said


def test_texts_follow_a_grammar_that_the_folder_carries(models: Path, tmp_path: Path) -> None:
    mine = tmp_path / "models"
    shutil.copytree(models, mine)
    grammars = mine / "cpu-onnx" / "plate_recognition" / "1" / "platerec_pipeline" / "grammars"
    grammars.mkdir(parents=True)
    (grammars / "digits.json").write_text('{"country": "x", "symbols": {"D": "0123456789"}, "patterns": ["DDDD"]}')
    ((text, _),) = BuiltModels(mine, Settings(grammar="digits")).recognize(spotted()).scored_texts
    assert len(text) == 4
    assert text.isdecimal()


def test_a_damaged_model_is_named(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "cpu-onnx" / "plate_detector" / "1" / "model.onnx"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"broken")
    code, _, said = run("--labels", label(tmp_path), "--models", tmp_path)
    assert code == 2
    assert "model.onnx is no model that ONNX Runtime can load." in said
