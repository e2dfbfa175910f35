"""A decision and a manifest say where every file goes."""

from datetime import UTC, datetime

import pytest

from platerec_store.release.decision import Decision, PipelineSettings
from platerec_store.release.faults import FaultError
from platerec_store.release.manifest import Build, File, Manifest, Model, digest_of
from platerec_store.release.reasons import Reason
from platerec_store.release.repository import RepositoryFile, build_repository
from platerec_store.release.source import S3, Source
from platerec_store.swap.wanted import WantedFile, WantedModel, build_wanted, build_wanted_repository

ANY = digest_of(b"any")


def build(*paths: str) -> Build:
    return Build(files=tuple(File(path=path, size=3, sha256=ANY) for path in paths))


MANIFEST = Manifest(
    release="r1",
    created=datetime(2026, 11, 3, tzinfo=UTC),
    models=(
        Model(name="plate_recognition", version=4, profiles={"cpu-onnx": build("config.pbtxt", "4/model.py")}),
        Model(name="plate_reader", version=7, profiles={"cpu-onnx": build("config.pbtxt", "7/model.onnx")}),
    ),
)


def decision(profile: str = "cpu-onnx") -> Decision:
    return Decision(release="r1", manifest=ANY, profile=profile, source=Source(s3=S3(bucket="plates")))


def test_sub_models_have_names_of_their_own_and_the_pipeline_is_last() -> None:
    wanted = build_wanted(decision(), MANIFEST)
    assert [(model.name, [file.path for file in model.files]) for model in wanted.models] == [
        ("plate_reader_v7", ["config.pbtxt", "1/model.onnx"]),
        ("plate_recognition", ["config.pbtxt", "4/model.py"]),
    ]
    assert wanted.pins.models == {"plate_reader": "plate_reader_v7"}
    assert wanted.pins_path == ".pins/plate_recognition-4.json"


def test_in_a_plain_repository_the_model_that_clients_call_is_last() -> None:
    files = [RepositoryFile(path=f"{name}/1/model.pt", size=1, etag="e") for name in ("entry", "second", "third")]
    asked = decision().model_copy(update={"model": "entry"})
    wanted = build_wanted_repository(asked, build_repository(files))
    assert [model.name for model in wanted.models] == ["second", "third", "entry"]


def test_the_version_that_serves_is_the_newest() -> None:
    files = [RepositoryFile(path=f"entry/{path}", size=1, etag="e") for path in ("9/m", "10/m", "config.pbtxt", "x/y")]
    wanted = build_wanted_repository(decision(), build_repository(files))
    assert (wanted.entry.version, wanted.pins_path) == (10, ".pins/entry-10.json")


def test_a_release_without_the_profile_is_refused() -> None:
    with pytest.raises(FaultError, match="no build for profile 'gpu-tensorrt' of") as caught:
        build_wanted(decision("gpu-tensorrt"), MANIFEST)
    assert caught.value.reason == Reason.PROFILE_MISSING


def test_settings_are_no_other_release() -> None:
    wanted = build_wanted(decision(), MANIFEST)
    changed = decision().model_copy(update={"pipeline": PipelineSettings(max_plates=3)})
    assert wanted.answers(changed)
    assert wanted.with_settings(changed.pipeline).pins.pipeline.max_plates == 3
    assert not wanted.answers(decision("gpu-torchscript"))


def with_grammars(*names: str) -> Manifest:
    files = [f"4/platerec_pipeline/grammars/{name}.json" for name in names]
    pipeline = Model(name="plate_recognition", version=4, profiles={"cpu-onnx": build("4/model.py", *files)})
    return MANIFEST.model_copy(update={"models": (pipeline, MANIFEST.models[1])})


def test_a_release_without_the_grammar_is_refused() -> None:
    kz = decision().model_copy(update={"pipeline": PipelineSettings(grammar="kz")})
    with pytest.raises(FaultError, match="The pipeline of release 'r1' has no grammar 'kz'") as caught:
        build_wanted(kz, with_grammars("any", "ru"))
    assert caught.value.reason == Reason.GRAMMAR_MISSING
    assert build_wanted(kz, with_grammars("kz")).pins.pipeline.grammar == "kz"
    assert build_wanted(kz, MANIFEST).pins.pipeline.grammar == "kz", "somebody's own pipeline is not judged"


def test_what_serves_keeps_its_grammar_until_a_release_brings_the_new_one() -> None:
    wanted = build_wanted(decision(), with_grammars("any", "ru"))
    assert wanted.with_settings(PipelineSettings(grammar="any")).pipeline.grammar == "any"
    changed = wanted.with_settings(PipelineSettings(grammar="kz", max_plates=3)).pipeline
    assert (changed.grammar, changed.max_plates) == ("ru", 3)


def file(**fields: object) -> WantedFile:
    return WantedFile.model_validate({"key": "k", "path": "1/model.pt", "size": 1, "etag": "e"} | fields)


@pytest.mark.parametrize("other", [{"path": "2/model.pt"}, {"etag": "f"}, {"size": 2}, {"sha256": ANY}])
def test_a_fingerprint_sees_any_change(other: dict[str, object]) -> None:
    one = WantedModel(name="stn", files=(file(),))
    assert WantedModel(name="stn", files=(file(**other),)).fingerprint != one.fingerprint


def test_a_fingerprint_does_not_see_the_order() -> None:
    first, second = file(), file(path="config.pbtxt")
    assert WantedModel(name="a", files=(first, second)).fingerprint == (
        WantedModel(name="a", files=(second, first)).fingerprint
    )
