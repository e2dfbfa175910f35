"""A folder of built models becomes a release, or a sentence that says why not."""

import json
import shutil
from pathlib import Path

import pytest

from platerec_store.publish.build import build_release
from platerec_store.publish.errors import PublishError
from platerec_store.publish.folder import read_folder
from platerec_store.publish.local import LocalStore, digest_of_file
from platerec_store.release.blobs import blobs_of
from platerec_store.tests.make import CREATED, make_folder, make_release, write


def complaint(folder: Path, into: Path, name: str = "2026.11.3") -> str:
    with pytest.raises(PublishError) as caught:
        build_release(read_folder(folder), name, CREATED, LocalStore(into))
    return str(caught.value)


def test_the_manifest_lists_every_model_and_profile(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models", reader_version=7, profiles=("cpu-onnx", "gpu-torchscript"))
    manifest = make_release(folder, "2026.11.3", tmp_path / "out")
    assert {model.name: model.version for model in manifest.models} == {
        "plate_detector": 1,
        "plate_reader": 7,
        "plate_recognition": 1,
    }
    assert manifest.profiles() == {"cpu-onnx", "gpu-torchscript"}
    assert manifest.pins() == {"plate_detector": "plate_detector_v1", "plate_reader": "plate_reader_v7"}
    assert manifest.provenance[0].licence == "Apache-2.0"
    assert manifest.golden[0].plates[0].text == "B840CK197"


def test_every_blob_lies_under_its_digest(tmp_path: Path) -> None:
    manifest = make_release(make_folder(tmp_path / "models"), "2026.11.3", tmp_path / "out")
    local = LocalStore(tmp_path / "out")
    assert blobs_of(manifest)
    for digest, size in blobs_of(manifest).items():
        assert digest_of_file(local.blob(digest)) == digest
        assert local.blob(digest).stat().st_size == size


def test_what_was_built_is_read_back(tmp_path: Path) -> None:
    manifest = make_release(make_folder(tmp_path / "models"), "2026.11.3", tmp_path / "out")
    assert LocalStore(tmp_path / "out").read("2026.11.3") == manifest


def test_what_tools_leave_behind_is_left_out(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models")
    write(folder / "cpu-onnx/plate_recognition/1/__pycache__/model.pyc", "x")
    write(folder / "cpu-onnx/plate_recognition/.DS_Store", "x")
    write(folder / "cpu-onnx/plate_recognition/1/decode.py", "x")
    files = make_release(folder, "r", tmp_path / "out").model("plate_recognition").profiles["cpu-onnx"].files
    assert [file.path for file in files] == ["1/decode.py", "1/model.py", "config.pbtxt"]


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    assert complaint(tmp_path / "none", tmp_path) == f"{tmp_path / 'none'} is not a folder."


def test_a_folder_without_profiles(tmp_path: Path) -> None:
    assert "none of cpu-onnx, gpu-torchscript, gpu-tensorrt" in complaint(tmp_path, tmp_path)


def test_a_model_without_a_version_folder(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models")
    shutil.rmtree(folder / "cpu-onnx/plate_reader/1")
    assert "must hold one version folder" in complaint(folder, tmp_path)


def test_a_model_with_two_version_folders(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models")
    write(folder / "cpu-onnx/plate_reader/2/model.py", "x")
    assert "it holds 1, 2" in complaint(folder, tmp_path)


def test_a_model_without_its_config(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models")
    (folder / "cpu-onnx/plate_reader/config.pbtxt").unlink()
    assert complaint(folder, tmp_path).endswith("plate_reader has no config.pbtxt.")


def test_a_version_folder_without_files(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models")
    for file in (folder / "cpu-onnx/plate_reader/1").iterdir():
        file.unlink()
    assert complaint(folder, tmp_path).endswith("plate_reader/1 holds no file.")


def test_a_model_whose_version_differs_between_profiles(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models", reader_version=1)
    make_folder(folder, reader_version=2, profiles=("gpu-torchscript",))
    assert "1 for cpu-onnx, 2 for gpu-torchscript" in complaint(folder, tmp_path)


def test_profiles_that_share_no_complete_set(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models", profiles=("cpu-onnx", "gpu-torchscript"))
    shutil.rmtree(folder / "cpu-onnx/plate_reader")
    shutil.rmtree(folder / "gpu-torchscript/plate_detector")
    assert "no profile has a build of every model" in complaint(folder, tmp_path)


def test_a_folder_without_the_pipeline(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models")
    shutil.rmtree(folder / "cpu-onnx/plate_recognition")
    assert complaint(folder, tmp_path).endswith("the release: the pipeline 'plate_recognition' is missing.")


def test_a_release_name_that_cannot_be(tmp_path: Path) -> None:
    assert ": release 'My Release': " in complaint(make_folder(tmp_path / "models"), tmp_path, name="My Release")


def test_a_golden_picture_that_is_missing(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models")
    (folder / "golden/car.jpg").unlink()
    assert complaint(folder, tmp_path).startswith("The golden picture")


@pytest.mark.parametrize("text", ["not json", json.dumps({"schemaNumber": 9})])
@pytest.mark.parametrize("name", ["provenance.json", "golden/golden.json"])
def test_a_description_that_cannot_be_read(tmp_path: Path, name: str, text: str) -> None:
    folder = make_folder(tmp_path / "models")
    write(folder / name, text)
    assert str(folder / name) in complaint(folder, tmp_path)


def compare(folder: Path, **changes: object) -> str:
    """Write down a comparison of the reader; the digest of its file."""
    file = folder / "cpu-onnx/plate_reader/1/model.py"
    check = {
        "model": "plate_reader",
        "profile": "cpu-onnx",
        "file": "1/model.py",
        "sha256": digest_of_file(file),
        "inputs": 27,
        "tolerance": 0.001,
        "maxDifference": 0.0001,
        "batchDifference": 0.0,
        "changedTexts": 0,
    }
    write(folder / "parity.json", json.dumps({"checks": [check | changes]}))
    return digest_of_file(file)


def make_plan(root: Path, description: str | None) -> Path:
    """A folder for `gpu-tensorrt` whose reader is a plan."""
    folder = make_folder(root, profiles=("gpu-tensorrt",))
    reader = folder / "gpu-tensorrt/plate_reader/1"
    (reader / "model.py").rename(reader / "model.plan")
    if description is not None:
        write(reader / "model.plan.json", description)
    return folder


def test_a_plan_says_which_gpu_and_tensorrt_it_fits(tmp_path: Path) -> None:
    folder = make_plan(tmp_path / "models", '{"computeCapability": "9.0", "trtVersion": "10.13.2"}')
    manifest = make_release(folder, "r", tmp_path / "out")
    build = manifest.model("plate_reader").profiles["gpu-tensorrt"]
    assert (build.compute_capability, build.trt_version) == ("9.0", "10.13.2")
    assert [file.path for file in build.files] == ["1/model.plan", "config.pbtxt"]
    assert json.loads(manifest.to_json())["models"][1]["profiles"]["gpu-tensorrt"]["trtVersion"] == "10.13.2"
    assert manifest.model("plate_detector").profiles["gpu-tensorrt"].trt_version is None


@pytest.mark.parametrize(
    ("description", "sentence"),
    [
        (None, "model.plan.json is missing, which says for which GPU and TensorRT the plan is: convert it again."),
        ('{"computeCapability": "9.0"}', "model.plan.json: trtVersion: Field required."),
        ('{"computeCapability": "H200", "trtVersion": "10.13.2"}', "model.plan.json: computeCapability: String should"),
    ],
    ids=["missing", "half", "wrong"],
)
def test_a_plan_that_does_not_say_what_it_fits_makes_no_release(
    tmp_path: Path, description: str | None, sentence: str
) -> None:
    assert sentence in complaint(make_plan(tmp_path / "models", description), tmp_path / "out")


def test_the_release_carries_how_its_models_compare_with_their_networks(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models")
    digest = compare(folder)
    (parity,) = make_release(folder, "r", tmp_path / "out").parity
    assert (parity.sha256, parity.max_difference, parity.changed_texts) == (digest, 0.0001, 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"maxDifference": 0.5}, "differs from its network by up to 0.5, 0.001 is allowed: convert it again."),
        ({"batchDifference": 0.5}, "answers differently for the same plate in another batch: convert it again."),
        ({"changedTexts": 2}, "reads 2 of 27 plates otherwise than its network: convert it again."),
    ],
    ids=["difference", "batch", "texts"],
)
def test_a_model_that_does_not_answer_as_its_network_makes_no_release(
    tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    folder = make_folder(tmp_path / "models")
    compare(folder, **changes)
    assert complaint(folder, tmp_path / "out") == f"Model 'plate_reader' for cpu-onnx {sentence}"
    assert not (tmp_path / "out" / "releases").exists()


def test_a_file_that_was_not_the_one_compared_makes_no_release(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models")
    compare(folder)
    write(folder / "cpu-onnx/plate_reader/1/model.py", "another")
    assert "plate_reader/1/model.py is not the file that was compared" in complaint(folder, tmp_path / "out")


def test_a_comparison_of_a_model_that_is_gone_is_left_out(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "models")
    compare(folder, model="plate_rectifier")
    assert make_release(folder, "r", tmp_path / "out").parity == ()
