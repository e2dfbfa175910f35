"""Plans are built by trtexec; here by one that keeps the ONNX file and answers with ONNX Runtime."""

import sys
from pathlib import Path

import onnx
import pytest

from platerec_convert.errors import ConversionError
from platerec_convert.export.interface import crops_interface, frame_interface
from platerec_convert.export.profiles import PROFILES, Conversion, Effort, build_version
from platerec_convert.networks.detector import DetectorSettings, PlateDetector
from platerec_convert.networks.stn import SpatialTransformer
from platerec_convert.tests.networks.boxes import DarkSpots
from platerec_store.release.folder import PlanTarget

STAND_IN = """#!{python}
import json, pathlib, shutil, sys
options = dict(option.lstrip("-").partition("=")[::2] for option in sys.argv[1:])
with open({log!r}, "a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if "onnx" in options:
    shutil.copy(options["onnx"], options["saveEngine"])
    print("[11/23/2026-05:00:00] [I] Compute Capability: 9.0")
    print("[11/23/2026-05:00:00] [I] TensorRT version: 10.13.2")
    raise SystemExit
import numpy, onnxruntime
session = onnxruntime.InferenceSession(options["loadEngine"], providers=["CPUExecutionProvider"])
name, shape = options["shapes"].split(":")
kind = numpy.uint8 if "uint8" in session.get_inputs()[0].type else numpy.float32
given = numpy.frombuffer(pathlib.Path(options["loadInputs"].partition(":")[2]).read_bytes(), kind)
answers = session.run(None, {{name: given.reshape([int(size) for size in shape.split("x")])}})
outputs = [
    {{"name": output.name, "dimensions": "x".join(map(str, value.shape)), "values": value.ravel().tolist()}}
    for output, value in zip(session.get_outputs(), answers)
]
pathlib.Path(options["exportOutput"]).write_text(json.dumps(outputs))
"""


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the stand-in was called with, a line a call."""
    (tmp_path / "bin").mkdir()
    program, log = tmp_path / "bin" / "trtexec", tmp_path / "calls"
    program.write_text(STAND_IN.format(python=sys.executable, log=str(log)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return log


CROPS = crops_interface()
FEW_CROPS = type(CROPS)(**{**vars(CROPS), "examples": CROPS.examples[:2]})


def test_a_plan_takes_every_batch_up_to_the_largest_in_half_precision(tmp_path: Path, tool: Path) -> None:
    conversion = Conversion("plate_rectifier", SpatialTransformer().eval(), FEW_CROPS, Effort(1, 1))
    parity = build_version(conversion, PROFILES["gpu-tensorrt"], tmp_path / "plate_rectifier" / "1")
    assert (parity.file, parity.inputs, parity.failure) == ("1/model.plan", 3, None)
    build = tool.read_text().splitlines()[0]
    assert "--minShapes=input__0:1x3x24x94 --optShapes=input__0:16x3x24x94 --maxShapes=input__0:128x3x24x94" in build
    assert "--fp16" in build
    config = (tmp_path / "plate_rectifier" / "config.pbtxt").read_text()
    assert 'backend: "tensorrt"' in config
    assert "max_batch_size: 128" in config


def test_a_detectors_plan_keeps_full_precision_for_its_boxes(tmp_path: Path, tool: Path) -> None:
    detector = PlateDetector(DarkSpots(), DetectorSettings(long_side=320, score_floor=0.7)).eval()
    conversion = Conversion("plate_detector", detector, frame_interface(), Effort(1, 1))
    build_version(conversion, PROFILES["gpu-tensorrt"], tmp_path / "plate_detector" / "1")
    build = tool.read_text().splitlines()[0]
    assert "--fp16" not in build
    assert "--noTF32" in build
    assert "--maxShapes=input__0:2160x3840x3" in build
    graph = onnx.load(tmp_path / "plate_detector" / "1" / "model.plan").graph
    assert [node.op_type for node in graph.node if "input__0" in node.input] == ["Cast"]


def test_a_plan_lies_beside_what_it_was_built_for(tmp_path: Path, tool: Path) -> None:
    conversion = Conversion("plate_rectifier", SpatialTransformer().eval(), FEW_CROPS, Effort(1, 1))
    build_version(conversion, PROFILES["gpu-tensorrt"], tmp_path / "plate_rectifier" / "1")
    described = (tmp_path / "plate_rectifier" / "1" / "model.plan.json").read_bytes()
    target = PlanTarget.parse(described, "it")
    assert (target.compute_capability, target.trt_version) == ("9.0", "10.13.2")


def test_a_tool_that_does_not_say_what_it_built_for_builds_nothing(tmp_path: Path, tool: Path) -> None:
    (tmp_path / "bin" / "trtexec").write_text("#!/bin/sh\nexit 0\n")
    conversion = Conversion("plate_rectifier", SpatialTransformer().eval(), FEW_CROPS, Effort(1, 1))
    with pytest.raises(ConversionError, match="trtexec does not say for which GPU and TensorRT it built"):
        build_version(conversion, PROFILES["gpu-tensorrt"], tmp_path / "plate_rectifier" / "1")


def test_a_tool_that_fails_is_quoted(tmp_path: Path, tool: Path) -> None:
    (tmp_path / "bin" / "trtexec").write_text("#!/bin/sh\necho '[11/23/2026-05:00:00] [E] No CUDA device'; exit 1\n")
    conversion = Conversion("plate_rectifier", SpatialTransformer().eval(), FEW_CROPS, Effort(1, 1))
    with pytest.raises(ConversionError, match=r"trtexec failed: No CUDA device\."):
        build_version(conversion, PROFILES["gpu-tensorrt"], tmp_path / "plate_rectifier" / "1")
