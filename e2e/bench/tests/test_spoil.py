"""Light releases that a fleet must refuse."""

import json
from pathlib import Path

import pytest

from bench.releases import Release, make_light_release
from bench.spoil import misread, raise_on_frames, slow_down, weigh_down

VERSION = 7


@pytest.fixture
def release(tmp_path: Path) -> Release:
    pipeline = tmp_path / "built/cpu-onnx/plate_recognition/1"
    pipeline.mkdir(parents=True)
    (pipeline / "model.py").write_text("class TritonPythonModel:\n    execute = print\n")
    return make_light_release(tmp_path / "built", tmp_path / "out", VERSION)


def run(path: Path) -> type:
    """The class of a model that needs nothing of Triton's."""
    names: dict[str, type] = {}
    exec(path.read_text(), names)
    return names["TritonPythonModel"]


def test_what_misreads_expects_another_text(release: Release) -> None:
    misread(release, VERSION)
    (sample,) = json.loads((release.models / "golden/golden.json").read_text())["samples"]
    assert release.answer is not None
    assert sample["plates"][0]["text"] not in release.answer.texts


def test_a_pipeline_raises_under_a_version_of_its_own(release: Release) -> None:
    raise_on_frames(release, VERSION)
    (folder,) = (release.models / "cpu-onnx/plate_recognition").iterdir()
    assert folder.name == str(VERSION)
    with pytest.raises(RuntimeError, match="on every frame"):
        run(folder / "model.py")().execute([])


def test_a_slow_reader_is_still_a_model(release: Release) -> None:
    slow_down(release, VERSION)
    code = (release.models / f"cpu-onnx/plate_reader/{VERSION}/model.py").read_text()
    compile(code, "model.py", "exec")
    assert code.rstrip().endswith("TritonPythonModel.answer = _slowly")


def test_ballast_is_no_two_releases_alike(release: Release) -> None:
    weigh_down(release, VERSION)
    (ballast,) = release.models.rglob("ballast.bin")
    assert ballast.stat().st_size > 10_000_000
