"""The reference weights, converted: their answers are those of torch."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image

from platerec_convert import checkpoint
from platerec_convert.build import Target
from platerec_convert.export.parity import largest_difference, torch_answer
from platerec_convert.networks.detector import OF_BOXES, PlateDetector
from platerec_convert.networks.lprnet import LPRNet
from platerec_convert.networks.stn import SpatialTransformer
from platerec_convert.networks.weights import load_weights
from platerec_convert.networks.yolo import load_yolo
from platerec_convert.reference import CAR, build_reference
from platerec_store.release.folder import GoldenList, ParityList, ProvenanceList

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, reference_data: Path) -> Path:
    """The reference release."""
    out = tmp_path_factory.mktemp("models")
    build_reference(reference_data, None, Target(out))
    return out


@pytest.fixture(scope="module")
def networks(reference_data: Path) -> dict[str, torch.nn.Module]:
    """The torch modules that were exported."""
    reader, rectifier = LPRNet(), SpatialTransformer()
    load_weights(reader, reference_data / "lprnet.pth")
    load_weights(rectifier, reference_data / "stn.pth")
    yolo = load_yolo(checkpoint.reference_checkpoint(), checkpoint.cache_folder() / "ultralytics")
    detector = PlateDetector(yolo, OF_BOXES).eval()
    return {"plate_reader": reader, "plate_rectifier": rectifier, "plate_detector": detector}


def onnx_answer(built: Path, model: str, value: torch.Tensor) -> Any:
    path = built / "cpu-onnx" / model / "1" / "model.onnx"
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {"input__0": value.numpy()})


def torchscript_answer(built: Path, model: str, value: torch.Tensor) -> Any:
    path = built / "gpu-torchscript" / model / "1" / "model.pt"
    return torch_answer(torch.jit.load(str(path)), value)  # type: ignore[no-untyped-call]


def frame(path: Path) -> torch.Tensor:
    pixels = np.asarray(Image.open(path).convert("RGB"))[:, :, ::-1]
    return torch.from_numpy(np.ascontiguousarray(pixels))


EXPORTED = pytest.mark.parametrize("answer", [onnx_answer, torchscript_answer], ids=["onnx", "torchscript"])


@EXPORTED
def test_the_detector_finds_what_torch_finds(
    built: Path, networks: dict[str, torch.nn.Module], reference_data: Path, answer: Any
) -> None:
    car, cat = frame(reference_data / "car.jpg"), frame(reference_data / "cat.jpeg")
    for picture, plates in ((car, 3), (car[:, 40:700].contiguous(), 3), (cat, 0)):
        expected = torch_answer(networks["plate_detector"], picture)
        assert len(expected[0]) == plates
        assert largest_difference(expected, answer(built, "plate_detector", picture)) < 1e-2


@EXPORTED
def test_a_plates_logits_are_torchs_and_do_not_depend_on_its_batch(
    built: Path, networks: dict[str, torch.nn.Module], reference_data: Path, answer: Any
) -> None:
    crops = torch.from_numpy(torch_answer(networks["plate_detector"], frame(reference_data / "car.jpg"))[2])
    for model in ("plate_rectifier", "plate_reader"):
        together = answer(built, model, crops)[0]
        alone = np.concatenate([answer(built, model, crop[None])[0] for crop in crops])
        expected = torch_answer(networks[model], crops)[0]
        np.testing.assert_allclose(together, alone, atol=1e-3)
        np.testing.assert_allclose(together, expected, atol=1e-3)
        np.testing.assert_array_equal(together.argmax(1), expected.argmax(1))
        crops = torch.from_numpy(expected)


def test_the_release_says_where_its_weights_come_from(built: Path) -> None:
    weights = ProvenanceList.parse((built / "provenance.json").read_bytes(), "it").weights
    assert {entry.model: entry.licence for entry in weights} == {
        "plate_detector": "AGPL-3.0",
        "plate_reader": "MIT",
        "plate_rectifier": "MIT",
    }
    assert all(entry.sha256 for entry in weights)


def test_the_release_says_how_it_compares_with_torch(built: Path) -> None:
    checks = ParityList.parse((built / "parity.json").read_bytes(), "it").checks
    assert {(check.model, check.profile) for check in checks} == {
        (model, profile)
        for model in ("plate_detector", "plate_reader", "plate_rectifier")
        for profile in ("cpu-onnx", "gpu-torchscript")
    }
    assert [check.failure for check in checks] == [None] * 6


def test_the_golden_picture_lies_beside_its_plates(built: Path, reference_data: Path) -> None:
    golden = GoldenList.parse((built / "golden" / "golden.json").read_bytes(), "it")
    assert golden.samples == (CAR,)
    assert (built / "golden" / CAR.picture).read_bytes() == (reference_data / CAR.picture).read_bytes()
