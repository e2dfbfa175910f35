"""Releases of the proof, as folders of built models: detector and reader leave their marks in each answer."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bench.marks import mark_detector, mark_reader
from bench.records import Answer

PROFILE = "cpu-onnx"
STUBS = Path(__file__).parent / "stubs"
LETTERS = "ABEKMHOPCTYX"
LIGHT_FRAME = (64, 256, 3)


@dataclass(frozen=True)
class Release:
    """A release to publish. `answer`: what it says of every frame, where that is known beforehand."""

    name: str
    models: Path
    answer: Answer | None = None


def make_light_releases(built: Path, folder: Path, count: int) -> list[Release]:
    """Releases of the real pipeline over models without networks; no two have a detector or a reader in common."""
    return [make_light_release(built, folder / f"light-{version}", version) for version in range(1, count + 1)]


def make_light_release(built: Path, models: Path, version: int) -> Release:
    """One light release; its name is that of the folder that it is made in."""
    answer = light_answer(models.name, version)
    _copy_model(built, models, "plate_recognition")
    for name, mark in (("plate_detector", answer.boxes[0]), ("plate_reader", answer.texts[0])):
        target = models / PROFILE / name
        (target / str(version)).mkdir(parents=True)
        shutil.copy(STUBS / name / "config.pbtxt", target)
        shutil.copy(STUBS / name / "model.py", target / str(version))
        (target / str(version) / "mark.json").write_text(json.dumps(mark))
    sample = {"picture": "frame.png", "plates": [{"text": answer.texts[0], "box": list(answer.boxes[0])}]}
    _write_golden(models, [sample])
    (models / "golden/frame.png").write_bytes(light_frame())
    return Release(models.name, models, answer)


def make_real_releases(built: Path, folder: Path, count: int) -> list[Release]:
    """Releases of the built networks, each with marks of its own."""
    return [_make_real(built, folder / f"real-{version}", version) for version in range(1, count + 1)]


def light_frame() -> bytes:
    """The picture that light releases are shown, a PNG."""
    return _encode(".png", np.full(LIGHT_FRAME, 96, dtype=np.uint8))


def real_frames(street: Path) -> dict[str, bytes]:
    """Views of the street with plates in them, as JPEG."""
    picture = cv2.imread(str(street))
    assert picture is not None, f"{street} is no picture"
    views = {"right": (960, 300, 960, 540), "middle": (480, 200, 960, 540), "near": (1280, 440, 640, 360)}
    return {
        f"{name}.jpg": _encode(".jpg", picture[top : top + height, left : left + width])
        for name, (left, top, width, height) in views.items()
    }


def light_answer(name: str, version: int) -> Answer:
    """What a light release says: the box is the detector's mark, the text the reader's."""
    letter = LETTERS[(version - 1) % len(LETTERS)]
    left = 8.0 + 32 * ((version - 1) % 7)
    return Answer(name, (f"{letter}{version:03d}{letter}{letter}77",), ((left, 20.0, left + 24, 28.0),))


def _make_real(built: Path, models: Path, version: int) -> Release:
    _copy_model(built, models, "plate_recognition")
    for name, mark in (("plate_detector", mark_detector), ("plate_reader", mark_reader)):
        source, target = built / PROFILE / name, models / PROFILE / name
        target.mkdir()
        shutil.copy(source / "config.pbtxt", target)
        (network,) = source.glob("*/model.onnx")
        mark(network, target / str(version) / "model.onnx", version)
    shutil.copytree(built / "golden", models / "golden")
    shutil.copy(built / "provenance.json", models)
    return Release(models.name, models)


def _copy_model(built: Path, models: Path, name: str) -> None:
    shutil.copytree(built / PROFILE / name, models / PROFILE / name, ignore=shutil.ignore_patterns("__pycache__"))


def _write_golden(models: Path, samples: list[dict[str, Any]]) -> None:
    (models / "golden").mkdir()
    (models / "golden/golden.json").write_text(json.dumps({"schemaNumber": 1, "samples": samples}))


def _encode(suffix: str, picture: np.ndarray) -> bytes:
    done, encoded = cv2.imencode(suffix, picture)
    assert done
    return bytes(encoded.tobytes())
