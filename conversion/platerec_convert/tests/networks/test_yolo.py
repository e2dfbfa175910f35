"""Ultralytics checkpoints as a detection network."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import nn

from platerec_convert.errors import ConversionError
from platerec_convert.networks.crops import bounds_of
from platerec_convert.networks.yolo import decode_level, load_yolo, plate_classes


def one_level(height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """A level where each side is one cell away from its cell's centre, and no cell answers."""
    return torch.ones(1, 4, height, width), torch.full((1, 1, height, width), -10.0)


def test_boxes_are_spread_round_their_cells_centres() -> None:
    boxes, _ = decode_level(*one_level(2, 3), dfl=nn.Identity(), stride=8)
    assert boxes[0].tolist() == [-4, -4, 12, 12]
    assert boxes[5].tolist() == [12, 4, 28, 20]


def test_only_the_peak_of_a_cluster_keeps_its_score() -> None:
    sides, classes = one_level(4, 4)
    classes[0, 0, 1, 1:3] = torch.tensor([2.0, 3.0])
    _, scores = decode_level(sides, classes, dfl=nn.Identity(), stride=8)
    assert (scores > 0.5).nonzero().flatten().tolist() == [6]


@pytest.mark.parametrize("name", ["best.pt", "best.jpg"])
@pytest.mark.parametrize("content", [b"", b"no checkpoint"])
def test_what_is_no_checkpoint_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ConversionError, match=rf"{name} is not an Ultralytics checkpoint of a detector.*\.$") as wrong:
        load_yolo(path, tmp_path / "settings")
    assert "\n" not in str(wrong.value)


def test_settings_that_cannot_be_kept_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    with pytest.raises(ConversionError, match=r"cannot keep its settings in .*cache/ultralytics: Not a directory\."):
        load_yolo(tmp_path / "best.pt", tmp_path / "cache" / "ultralytics")


def test_a_checkpoint_of_another_kind_is_named(tmp_path: Path) -> None:
    path = tmp_path / "best.pt"
    torch.save({"model": nn.Linear(2, 2)}, path)
    with pytest.raises(ConversionError, match=r"best\.pt"):
        load_yolo(path, tmp_path / "settings")


@pytest.mark.parametrize("architecture", ["yolov5n", "yolov8n", "yolo11n"])
def test_each_generation_is_decoded_as_ultralytics_decodes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, architecture: str
) -> None:
    """With weights as they are made; Ultralytics answers `[1,84,A]`: centre, size and 80 scores of each box."""
    monkeypatch.setenv("YOLO_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr(Image, "open", Image.open)  # put back what Ultralytics replaces
    ultralytics = pytest.importorskip("ultralytics")
    torch.manual_seed(1)
    mine = ultralytics.YOLO(f"{architecture}.yaml", task="detect")
    mine.model.names[3] = "License_Plate"
    mine.save(tmp_path / "mine.pt")
    network = load_yolo(tmp_path / "mine.pt", tmp_path / "settings")
    theirs = ultralytics.YOLO(str(tmp_path / "mine.pt"), task="detect").model.float().fuse(verbose=False).eval()
    frame = torch.rand(1, 3, 96, 160)
    with torch.inference_mode():
        corners, scores = network(frame.flip(1) * 255)
        answer = theirs(frame)[0][0]
    centre, size = answer[:2].T, answer[2:4].T
    boxes = bounds_of(corners)
    torch.testing.assert_close(boxes, torch.cat([centre - size / 2, centre + size / 2], dim=1), atol=1e-3, rtol=1e-4)
    peaks = scores > 0
    assert peaks.any()
    torch.testing.assert_close(scores[peaks], answer[4 + 3][peaks])


def test_a_detector_of_everything_but_plates_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or each car and person would be read."""
    monkeypatch.setenv("YOLO_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr(Image, "open", Image.open)
    ultralytics = pytest.importorskip("ultralytics")
    ultralytics.YOLO("yolov8n.yaml", task="detect").save(tmp_path / "coco.pt")
    with pytest.raises(ConversionError, match=r"coco\.pt finds 80 kinds of things, and none is named like a plate"):
        load_yolo(tmp_path / "coco.pt", tmp_path / "settings")


@pytest.mark.parametrize(
    ("names", "plates"),
    [
        (["0"], [0]),
        (["thing"], [0]),
        (["car", "license-plate"], [1]),
        (["LP", "vehicle"], [0]),
        (["plate_front", "car", "plate_rear"], [0, 2]),
        (["car", "helper"], []),
    ],
)
def test_plates_are_known_by_their_classes_names(names: list[str], plates: list[int]) -> None:
    assert plate_classes(names) == plates


def test_pillow_stays_as_it_is(tmp_path: Path) -> None:
    """Ultralytics replaces `Image.open` in the whole process; in a process of its own, so that it is imported anew."""
    code = (
        "import sys, pathlib; from PIL import Image; from platerec_convert.networks.yolo import load_yolo\n"
        "kept = Image.open\n"
        "try: load_yolo(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))\n"
        "except Exception: pass\n"
        "assert 'ultralytics' in sys.modules\n"
        "assert Image.open is kept"
    )
    if importlib.util.find_spec("ultralytics") is None:
        pytest.skip("the extra convert-ultralytics is not installed")
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "none.pt"), str(tmp_path)], check=True)
