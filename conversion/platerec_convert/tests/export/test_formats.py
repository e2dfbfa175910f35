"""An exported model answers as its torch module does, whatever the size of what it is given."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from platerec_convert.errors import ConversionError
from platerec_convert.export.interface import Interface, crops_interface, frame_interface
from platerec_convert.export.onnx import export_onnx
from platerec_convert.export.parity import compare, largest_difference, torch_answer
from platerec_convert.export.profiles import PROFILES, USUAL_PROFILES, Conversion, Effort, build_version
from platerec_convert.export.signature import Signature, TensorSpec
from platerec_convert.export.torchscript import export_torchscript
from platerec_convert.folder import digest_of_file
from platerec_convert.networks.corners import CornerNetwork
from platerec_convert.networks.detector import DetectorSettings, PlateDetector
from platerec_convert.networks.lprnet import LPRNet
from platerec_convert.networks.platenet import PlateNet
from platerec_convert.networks.stn import SpatialTransformer
from platerec_convert.tests.networks.boxes import DarkCells, DarkSpots

Answers = Callable[[Tensor], Any]


def onnx_answers(path: Path) -> Answers:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return lambda example: session.run(None, {"input__0": example.numpy()})


def torchscript_answers(path: Path) -> Answers:
    loaded = torch.jit.load(str(path))  # type: ignore[no-untyped-call]
    return lambda example: torch_answer(loaded, example)


FORMATS = pytest.mark.parametrize(
    ("export", "answers"),
    [(export_onnx, onnx_answers), (export_torchscript, torchscript_answers)],
    ids=["onnx", "torchscript"],
)


def spotted(height: int, width: int, spots: int) -> Tensor:
    """A white frame with dark spots, no two places of them equally dark."""
    frame = torch.full((height, width, 3), 255, dtype=torch.uint8)
    dark = torch.randint(0, 60, (height, width, 3), generator=torch.Generator().manual_seed(1), dtype=torch.uint8)
    for spot in range(spots):
        top, left = 40 * (spot // 4) + 8, 60 * (spot % 4) + 8
        area = slice(top, top + 16), slice(left, left + 40)
        frame[area] = dark[area]
    return frame


SMALL = DetectorSettings(long_side=320, score_floor=0.7)
DETECTORS = pytest.mark.parametrize("network", [DarkSpots(), CornerNetwork(DarkCells())], ids=["boxes", "corners"])


@DETECTORS
@FORMATS
def test_a_detector_traced_on_one_frame_is_right_on_others(
    tmp_path: Path, network: nn.Module, export: Any, answers: Any
) -> None:
    detector = PlateDetector(network, SMALL).eval()
    signature = export(detector, frame_interface(), tmp_path / "model").signature
    exported = answers(tmp_path / "model")
    sizes = ((180, 320, 4), (320, 280, 9), (100, 250, 0), (33, 57, 1), (720, 1280, 8))
    for frame in (spotted(*size) for size in sizes):
        expected = torch_answer(detector, frame)
        assert largest_difference(expected, exported(frame)) < 1e-3
    assert signature == Signature(
        inputs=(TensorSpec("input__0", "TYPE_UINT8", (-1, -1, 3)),),
        outputs=(
            TensorSpec("boxes", "TYPE_FP32", (-1, 4)),
            TensorSpec("scores", "TYPE_FP32", (-1,)),
            TensorSpec("crops", "TYPE_FP32", (-1, 3, 24, 94)),
        ),
        batched=False,
    )


@DETECTORS
def test_the_spots_of_the_frames_are_found(network: nn.Module) -> None:
    """What the test above compares is not empty."""
    detector = PlateDetector(network, SMALL).eval()
    counts = [len(torch_answer(detector, spotted(180, 320, spots))[0]) for spots in (0, 4)]
    assert counts[0] == 0
    assert counts[1] >= 4


@pytest.mark.parametrize("network", [DarkSpots(), CornerNetwork(PlateNet())], ids=["boxes", "corners"])
def test_a_traced_detector_names_no_device(tmp_path: Path, network: nn.Module) -> None:
    """What was traced on a CPU runs on the GPU that Triton puts it on."""
    export_torchscript(PlateDetector(network, SMALL).eval(), frame_interface(), tmp_path / "model.pt")
    loaded = torch.jit.load(tmp_path / "model.pt")  # type: ignore[no-untyped-call]
    assert "aten::grid_sampler" in str(loaded.inlined_graph)
    assert "Device = " not in str(loaded.inlined_graph)


@FORMATS
def test_a_model_of_crops_takes_any_batch(tmp_path: Path, export: Any, answers: Any) -> None:
    network = SpatialTransformer().eval()
    for parameter in network.fc_loc.parameters():
        parameter.data += torch.randn(parameter.shape) * 0.01
    signature = export(network, crops_interface(), tmp_path / "model").signature
    exported = answers(tmp_path / "model")
    for count in (1, 3, 128):
        crops = torch.rand(count, 3, 24, 94)
        assert largest_difference(torch_answer(network, crops), exported(crops)) < 1e-3
    assert signature.inputs == (TensorSpec("input__0", "TYPE_FP32", (-1, 3, 24, 94)),)
    assert signature.outputs == (TensorSpec("output__0", "TYPE_FP32", (-1, 3, 24, 94)),)


class BatchMean(nn.Module):
    """The fault of the usual LPRNet: an answer that depends on its batch-mates."""

    def forward(self, x: Tensor) -> Tensor:
        return x - x.mean()


@pytest.mark.parametrize("profile", USUAL_PROFILES)
def test_a_network_whose_answers_depend_on_the_batch_is_refused(tmp_path: Path, profile: str) -> None:
    conversion = Conversion("plate_reader", BatchMean(), crops_interface(), Effort(1, 1))
    with pytest.raises(ConversionError, match="answers differently for the same plate in another batch"):
        build_version(conversion, PROFILES[profile], tmp_path / "plate_reader" / "1")


@pytest.mark.parametrize("profile", USUAL_PROFILES)
def test_what_was_compared_is_written_down(tmp_path: Path, profile: str) -> None:
    conversion = Conversion("plate_reader", LPRNet().eval(), crops_interface(reads=True), Effort(1, 1))
    parity = build_version(conversion, PROFILES[profile], tmp_path / "plate_reader" / "4")
    assert parity.failure is None
    assert (parity.model, parity.profile, parity.inputs, parity.changed_texts) == ("plate_reader", profile, 27, 0)
    assert parity.sha256 == digest_of_file(tmp_path / "plate_reader" / parity.file)


def test_a_difference_is_measured_over_all_examples() -> None:
    examples = (torch.zeros(2, 5, 4), torch.zeros(1, 5, 4))
    interface = Interface("input__0", ("output__0",), (0,), batched=True, examples=examples, reads=True)

    def wrong_when_alone(example: Tensor) -> list[Any]:
        answer = example.numpy().copy()
        if len(example) == 1:
            answer[0, 3, 2] = 0.5
        return [answer]

    comparison = compare(nn.Identity(), interface, wrong_when_alone)
    assert (comparison.max_difference, comparison.batch_difference) == (0.5, 0.5)
    assert (comparison.inputs, comparison.changed_texts) == (3, 3)


def test_a_text_that_changes_in_a_batch_counts_though_no_number_moves_far() -> None:
    interface = Interface("input__0", ("output__0",), (0,), batched=True, examples=(torch.zeros(2, 5, 4),), reads=True)

    def reads_otherwise_in_a_batch(example: Tensor) -> list[Any]:
        answer = example.numpy().copy()
        answer[0, 3, 2] = 1e-6 if len(example) > 1 else 0
        return [answer]

    comparison = compare(nn.Identity(), interface, reads_otherwise_in_a_batch)
    assert comparison.max_difference == comparison.batch_difference == 1e-6
    assert comparison.changed_texts == 1


@pytest.mark.parametrize("offset", [2.0, float("nan")], ids=["too high a floor", "no number"])
def test_a_comparison_of_nothing_is_none(tmp_path: Path, offset: float) -> None:
    detector = PlateDetector(DarkSpots(), DetectorSettings(long_side=320, score_floor=offset)).eval()
    conversion = Conversion("plate_detector", detector, frame_interface(), Effort(1, 1))
    with pytest.raises(ConversionError, match="finds nothing in 3 pictures of plates"):
        build_version(conversion, PROFILES["cpu-onnx"], tmp_path / "plate_detector" / "1")


def test_answers_that_are_no_numbers_differ_without_bound() -> None:
    nothing = [np.full((1, 2), np.nan, np.float32)]
    assert largest_difference(nothing, nothing) == float("inf")


def test_answers_of_different_shapes_differ_without_bound() -> None:
    assert largest_difference([np.zeros((2, 3), np.float32)], [np.zeros((3, 3), np.float32)]) == float("inf")
