"""Releases with marks, as folders of built models."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from bench.marks import PIXELS, STRETCH, mark_detector, mark_reader
from bench.releases import make_light_releases


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder with a pipeline in it."""
    pipeline = tmp_path / "built/cpu-onnx/plate_recognition"
    (pipeline / "1/platerec_pipeline").mkdir(parents=True)
    (pipeline / "config.pbtxt").write_text('backend: "python"')
    (pipeline / "1/model.py").write_text("")
    return tmp_path / "built"


def network(path: Path, output: str) -> Path:
    """A network that gives back its input, and twice that as another output."""
    names = ("x", output, "twice")
    x, same, twice = (onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["n", 4]) for name in names)
    nodes = [onnx.helper.make_node("Identity", ["x"], [output]), onnx.helper.make_node("Sum", [output, "x"], ["twice"])]
    graph = onnx.helper.make_graph(nodes, "network", [x], [same, twice])
    # No newer than what the oldest supported runtime reads.
    opset = onnx.helper.make_opsetid("", 17)
    onnx.save(onnx.helper.make_model(graph, opset_imports=[opset], ir_version=9), str(path))
    return path


def ask(path: Path, rows: int) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    answers: list[np.ndarray] = session.run(None, {"x": np.ones((rows, 4), dtype=np.float32)})
    return answers


@pytest.mark.parametrize("rows", [0, 2])
def test_a_marked_detector_moves_its_boxes_and_nothing_else(tmp_path: Path, rows: int) -> None:
    mark_detector(network(tmp_path / "plain.onnx", "boxes"), tmp_path / "marked/model.onnx", 3)
    boxes, twice = ask(tmp_path / "marked/model.onnx", rows)
    assert boxes.shape == (rows, 4)
    assert (boxes == 1 + 3 * PIXELS).all()
    assert (twice == 2).all()


def test_a_marked_reader_stretches_its_logits(tmp_path: Path) -> None:
    mark_reader(network(tmp_path / "plain.onnx", "output__0"), tmp_path / "marked/model.onnx", 2)
    assert (ask(tmp_path / "marked/model.onnx", 1)[0] == 1 + 2 * STRETCH).all()


def test_light_releases_have_no_detector_and_no_reader_in_common(built: Path, tmp_path: Path) -> None:
    releases = make_light_releases(built, tmp_path / "out", 3)
    assert [release.name for release in releases] == ["light-1", "light-2", "light-3"]
    for name in ("plate_detector", "plate_reader"):
        models = [release.models / "cpu-onnx" / name for release in releases]
        assert [model.glob("*/model.py").__next__().parent.name for model in models] == ["1", "2", "3"]
        assert len({next(model.glob("*/mark.json")).read_text() for model in models}) == 3


def test_a_light_release_brings_a_golden_picture_with_its_answer(built: Path, tmp_path: Path) -> None:
    (release,) = make_light_releases(built, tmp_path / "out", 1)
    golden = json.loads((release.models / "golden/golden.json").read_text())
    (sample,) = golden["samples"]
    assert release.answer is not None
    assert sample["plates"] == [{"text": "A001AA77", "box": list(release.answer.boxes[0])}]
    assert (release.models / "golden" / sample["picture"]).is_file()
