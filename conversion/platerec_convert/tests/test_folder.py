"""What is built appears whole or not at all."""

import os
import time
from pathlib import Path

import pytest

from platerec_convert.errors import ConversionError
from platerec_convert.folder import STALE_AFTER, Stage, check_documents, staged, working_folder
from platerec_store.release.folder import ParityList, ProvenanceList
from platerec_store.release.manifest import Parity, Provenance


def build(out: Path, content: str, version: str = "1") -> None:
    with staged(out) as stage:
        folder = stage.built / "cpu-onnx" / "plate_reader" / version
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_text(content)


def build_half(out: Path) -> None:
    with staged(out) as stage:
        (stage.built / "cpu-onnx" / "plate_reader" / "1").mkdir(parents=True)
        raise ConversionError("broken")


def build_for_two_profiles(out: Path) -> None:
    with staged(out) as stage:
        (stage.built / "parity.json").write_text("new")
        for profile in ("cpu-onnx", "gpu-torchscript"):
            (stage.built / profile / "plate_reader").mkdir(parents=True)


def files(out: Path) -> dict[str, str]:
    return {str(path.relative_to(out)): path.read_text() for path in out.rglob("*") if path.is_file()}


def test_what_was_built_replaces_the_model_of_that_name(tmp_path: Path) -> None:
    build(tmp_path, "old")
    build(tmp_path, "new", version="2")
    assert files(tmp_path) == {"cpu-onnx/plate_reader/2/model.onnx": "new"}


def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    build(tmp_path, "old")
    with pytest.raises(ConversionError, match="broken"):
        build_half(tmp_path)
    assert files(tmp_path) == {"cpu-onnx/plate_reader/1/model.onnx": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["cpu-onnx"]


def test_a_failure_leaves_no_folder_where_there_was_none(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="broken"):
        build_half(tmp_path / "models")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConversionError, match=r"Cannot write to .*file/models: Not a directory"):
        build(tmp_path / "file" / "models", "new")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path / "models", tmp_path / "work")
    for folder in (stage.out, stage.built):
        folder.mkdir()
    return stage


def test_a_failure_among_the_last_renames_brings_back_what_was_replaced(tmp_path: Path) -> None:
    build(tmp_path, "old")
    (tmp_path / "parity.json").write_text("old")
    (tmp_path / "gpu-torchscript").write_text("in the way")
    before = files(tmp_path)
    with pytest.raises(ConversionError, match="Cannot write to"):
        build_for_two_profiles(tmp_path)
    assert files(tmp_path) == before


def test_documents_and_removals_take_place_with_the_models(tmp_path: Path) -> None:
    build(tmp_path, "old")
    with staged(tmp_path) as stage:
        stage.remove_model("plate_reader", ["cpu-onnx"])
        stage.record_provenance([Provenance(model="plate_detector", source="x", licence="MIT")])
        assert files(tmp_path / "cpu-onnx") == {"plate_reader/1/model.onnx": "old"}
        assert not stage.find(Path("cpu-onnx", "plate_reader")).exists()
    assert sorted(files(tmp_path)) == ["parity.json", "provenance.json"]


def test_what_a_kill_left_is_swept_once_it_is_old(tmp_path: Path) -> None:
    for name, age in ((".building-old", STALE_AFTER + 60), (".building-new", 0.0)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.pt").touch()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    with working_folder(tmp_path) as work:
        assert sorted(tmp_path.iterdir()) == sorted([work, tmp_path / ".building-new"])
    assert not work.exists()


def test_each_model_has_one_entry_of_provenance(stage: Stage) -> None:
    for model, source in (("plate_reader", "old"), ("plate_detector", "x"), ("plate_reader", "new")):
        stage.record_provenance([Provenance(model=model, source=source, licence="MIT")])
    entries = ProvenanceList.parse((stage.built / "provenance.json").read_bytes(), "it").weights
    assert [(entry.model, entry.source) for entry in entries] == [("plate_detector", "x"), ("plate_reader", "new")]


def check(model: str, profile: str, difference: float) -> Parity:
    digest = f"sha256:{0:064}"
    return Parity(
        model=model,
        profile=profile,
        file="1/model.onnx",
        sha256=digest,
        inputs=1,
        tolerance=1,
        max_difference=difference,
    )


def test_each_build_has_one_comparison(stage: Stage) -> None:
    stage.record_parity([check("plate_reader", "cpu-onnx", 0.1), check("plate_detector", "cpu-onnx", 0.2)])
    stage.record_parity([check("plate_reader", "cpu-onnx", 0.3), check("plate_reader", "gpu-torchscript", 0.4)])
    checks = ParityList.parse((stage.built / "parity.json").read_bytes(), "it").checks
    assert [(each.model, each.profile, each.max_difference) for each in checks] == [
        ("plate_detector", "cpu-onnx", 0.2),
        ("plate_reader", "cpu-onnx", 0.3),
        ("plate_reader", "gpu-torchscript", 0.4),
    ]


def test_damaged_provenance_is_named(stage: Stage) -> None:
    (stage.out / "provenance.json").write_text("{")
    with pytest.raises(ConversionError, match=r"provenance\.json is not JSON"):
        stage.record_provenance([Provenance(model="plate_reader", source="a", licence="b")])


@pytest.mark.parametrize("name", ["parity.json", "provenance.json"])
def test_damaged_documents_are_named_before_anything_is_built(tmp_path: Path, name: str) -> None:
    check_documents(tmp_path)
    (tmp_path / name).write_text("{")
    with pytest.raises(ConversionError, match=rf"{name} is not JSON"):
        check_documents(tmp_path)
