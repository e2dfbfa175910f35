"""Documents: tolerant of what is added, strict about what would be misunderstood, equal as bytes when equal."""

from datetime import UTC, datetime

import pytest

from platerec_store.release.channel import Channel
from platerec_store.release.decision import Choice, Decision
from platerec_store.release.document import DocumentError, DocumentTooNewError
from platerec_store.release.manifest import Build, File, Manifest, Model, digest_of
from platerec_store.release.report import Report
from platerec_store.release.source import S3, Source

ANY = digest_of(b"any")


def test_fields_of_a_later_writer_are_ignored() -> None:
    text = '{"schemaNumber": 1, "release": "r1", "revision": 2, "promotedBy": "somebody"}'
    assert Channel.parse(text, "channel") == Channel(release="r1", revision=2)


def test_a_newer_schema_says_what_to_upgrade() -> None:
    with pytest.raises(DocumentTooNewError, match=r"channel has schema 2.*upgrade the operator and the agents first"):
        Channel.parse('{"schemaNumber": 2}', "channel")


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[1]", b"[" * 100_000, b"\xff", b'{"release": "r1"}', b'{"release": "R", "revision": 1}']
)
def test_what_cannot_be_read_names_the_document(text: bytes) -> None:
    with pytest.raises(DocumentError, match=r"s3://plates/channels/stable\.json"):
        Channel.parse(text, "s3://plates/channels/stable.json")


def test_equal_documents_are_equal_bytes() -> None:
    one = Channel.parse('{"revision": 2, "release": "r1"}', "")
    assert one.to_json() == b'{"release":"r1","revision":2,"schemaNumber":1}'


def test_a_channel_remembers_the_last_releases_that_it_named() -> None:
    channel = Channel(release="r1", revision=1)
    for release in ("r2", "r2", "r3"):
        channel = channel.promoted(release)
    assert (channel.release, channel.revision, channel.previous) == ("r3", 4, ("r2", "r1"))
    for number in range(4, 20):
        channel = channel.promoted(f"r{number}")
    assert channel.previous == tuple(f"r{number}" for number in range(18, 8, -1))


def test_a_channel_that_went_back_forgets_what_it_left() -> None:
    channel = Channel(release="r4", revision=7, previous=("r3", "r2", "r1"))
    assert channel.rolled_back("r2") == Channel(release="r2", revision=8, previous=("r1",))


def model(name: str, path: str = "1/model.py") -> Model:
    build = Build(files=(File(path=path, size=1, sha256=ANY),))
    return Model(name=name, version=1, profiles={"cpu-onnx": build})


def manifest(*models: Model) -> Manifest:
    return Manifest(release="r1", created=datetime(2026, 11, 3, tzinfo=UTC), models=models)


def test_a_manifest_survives_the_way_through_json() -> None:
    whole = manifest(model("plate_reader"), model("plate_recognition"))
    assert Manifest.parse(whole.to_json(), "") == whole


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "1/../../x", "", "1/a b", "1/\n"])
def test_a_path_that_leaves_its_folder_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="leaves its model's folder"):
        model("plate_reader", path)


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden"])
def test_a_model_name_that_is_no_folder_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        model(name)


def test_a_model_is_listed_once() -> None:
    with pytest.raises(ValueError, match="listed twice"):
        manifest(model("plate_recognition"), model("plate_recognition"))


def test_a_release_has_a_pipeline() -> None:
    with pytest.raises(ValueError, match="'plate_recognition' is missing"):
        manifest(model("plate_reader"))


def test_a_build_names_the_gpu_and_the_tensorrt_of_its_plan_or_neither() -> None:
    plan = File(path="1/model.plan", size=1, sha256=ANY)
    assert Build(files=(plan,), compute_capability="8.9", trt_version="10.3.0").trt_version == "10.3.0"
    with pytest.raises(ValueError, match="both its computeCapability and its trtVersion"):
        Build(files=(plan,), compute_capability="8.9")


def test_a_decision_of_an_operator_that_knows_no_revisions_is_committed_at_once() -> None:
    text = (
        f'{{"release": "r1", "manifest": "{ANY}", "profile": "cpu-onnx", "source": {{"s3": {{"bucket": "plates"}}}}}}'
    )
    decision = Decision.parse(text, "")
    assert (decision.revision, decision.phase, decision.previous, decision.baked) == (0, "Commit", None, True)


def test_a_decision_names_what_is_served_until_it_is_committed() -> None:
    source = Source(s3=S3(bucket="plates"))
    previous = Choice(release="r1", manifest=ANY, source=source)
    decision = Decision(
        revision=7, release="r2", manifest=ANY, phase="Prepare", profile="cpu-onnx", source=source, previous=previous
    )
    assert Decision.parse(decision.to_json(), "") == decision


def test_a_report_of_an_agent_that_knows_no_revisions_can_be_read() -> None:
    report = Report.parse('{"active": "r1", "target": "r1", "step": "Idle"}', "")
    assert (report.revision, report.prepared, report.committed) == (0, None, None)
