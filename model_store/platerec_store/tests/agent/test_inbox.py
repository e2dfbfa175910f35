"""The file is the truth, a PUT is early news."""

from pathlib import Path

import pytest

from platerec_store.agent.inbox import Inbox
from platerec_store.release.decision import Decision
from platerec_store.release.manifest import digest_of
from platerec_store.release.reasons import Reason
from platerec_store.release.source import S3, Source


def decision(release: str, revision: int = 0) -> Decision:
    source = Source(s3=S3(bucket="plates"))
    return Decision(release=release, manifest=digest_of(b""), profile="cpu-onnx", source=source, revision=revision)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "decision.json"


def named(inbox: Inbox) -> str | None:
    return inbox.decision.release if inbox.decision else None


def test_without_a_file_there_is_no_decision(file: Path) -> None:
    inbox = Inbox(file)
    assert not inbox.look()
    assert inbox.decision is None


def test_a_file_that_changed_is_news_once(file: Path) -> None:
    inbox = Inbox(file)
    file.write_bytes(decision("r1").to_json())
    assert inbox.look()
    assert named(inbox) == "r1"
    assert not inbox.look()


def test_a_put_counts_until_the_file_changes(file: Path) -> None:
    inbox = Inbox(file)
    file.write_bytes(decision("r1").to_json())
    inbox.look()
    inbox.take(decision("r2"))
    inbox.look()
    assert named(inbox) == "r2"
    file.write_bytes(decision("r3").to_json())
    inbox.look()
    assert named(inbox) == "r3"


def test_after_a_restart_only_the_file_counts(file: Path) -> None:
    file.write_bytes(decision("r1").to_json())
    Inbox(file).take(decision("r2"))
    inbox = Inbox(file)
    inbox.look()
    assert named(inbox) == "r1"


def test_a_file_that_is_gone_changes_nothing(file: Path) -> None:
    inbox = Inbox(file)
    file.write_bytes(decision("r1").to_json())
    inbox.look()
    file.unlink()
    assert not inbox.look()
    assert named(inbox) == "r1"


@pytest.mark.parametrize("content", [b"", b"not json", b'{"release": "r2"}', b'{"schemaNumber": 2}'])
def test_a_file_that_cannot_be_read_is_a_fault_and_no_decision(file: Path, content: bytes) -> None:
    inbox = Inbox(file)
    file.write_bytes(decision("r1").to_json())
    inbox.look()
    file.write_bytes(content)
    inbox.look()
    assert named(inbox) == "r1"
    assert inbox.fault is not None
    assert inbox.fault.reason == Reason.DECISION_INVALID
    file.write_bytes(decision("r3").to_json())
    inbox.look()
    assert inbox.fault is None


def test_a_decision_for_another_profile_is_for_other_pods(file: Path) -> None:
    inbox = Inbox(file, profile="cpu-onnx")
    file.write_bytes(decision("r1").to_json())
    inbox.look()
    file.write_bytes(decision("r2").model_copy(update={"profile": "gpu-torchscript"}).to_json())
    inbox.look()
    assert named(inbox) == "r1"


def test_older_news_is_ignored_whichever_way_it_comes(file: Path) -> None:
    inbox = Inbox(file)
    inbox.take(decision("r2", 5))
    inbox.take(decision("r1", 4))
    file.write_bytes(decision("r1", 4).to_json())
    inbox.look()
    assert named(inbox) == "r2"


def test_after_a_restart_a_file_that_is_older_than_what_was_obeyed_waits(file: Path) -> None:
    inbox = Inbox(file, revision=5)
    file.write_bytes(decision("r1", 4).to_json())
    inbox.look()
    assert inbox.decision is None
    file.write_bytes(decision("r2", 5).to_json())
    inbox.look()
    assert named(inbox) == "r2"
