"""`platerec release` against a real S3 server: what a person types, sees, and gets as exit code."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from platerec_cli.__main__ import app
from platerec_store.objects import s3
from platerec_store.objects.credentials import Keys
from platerec_store.release.source import S3
from platerec_testing.ports import free_ports
from platerec_testing.store import BUCKET, S3Server

pytestmark = pytest.mark.store
_prefixes = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with S3Server() as server:
        place = S3(bucket=BUCKET, endpoint=server.endpoint)
        # This server makes a bucket at its first object.
        s3.open_store(place, Keys(server.writer.access_key, server.writer.secret_key)).put("made", b"")
        yield server


class Shell:
    """Runs `platerec` with the environment of a person who works on one store."""

    def __init__(self, server: S3Server, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "PLATEREC_STORE": f"s3://{BUCKET}/cli-{next(_prefixes)}",
            "AWS_ENDPOINT_URL": server.endpoint,
            "AWS_ACCESS_KEY_ID": server.writer.access_key,
            "AWS_SECRET_ACCESS_KEY": server.writer.secret_key,
            "COLUMNS": "200",
        }

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(app, ["release", *words], env=self.environment)

    def build(self, name: str, reader: str = "reader") -> Result:
        models = self.folder / f"models-{name}"
        for path, text in {
            "plate_reader/config.pbtxt": 'backend: "python"',
            "plate_reader/1/model.py": reader,
            "plate_recognition/config.pbtxt": 'backend: "python"',
            "plate_recognition/1/model.py": "pipeline",
        }.items():
            file = models / "cpu-onnx" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return self.run("build", str(models), "--name", name, "--out", str(self.folder / "out"))

    def publish(self, name: str) -> Result:
        return self.run("publish", name, "--from", str(self.folder / "out"))


@pytest.fixture
def shell(server: S3Server, tmp_path: Path) -> Shell:
    return Shell(server, tmp_path)


def test_from_a_folder_to_a_channel(shell: Shell) -> None:
    assert shell.build("2026.11.3").stdout.startswith("Built release 2026.11.3: 2 models for cpu-onnx")
    published = shell.publish("2026.11.3")
    assert (published.exit_code, published.stderr) == (0, "")
    assert published.stdout.startswith("Published release 2026.11.3 to s3://")
    assert "is already published" in shell.publish("2026.11.3").stdout
    assert "(revision 1)" in shell.run("promote", "2026.11.3", "stable").stdout
    listed = json.loads(shell.run("list", "--json").stdout)
    assert [(each["release"], each["channels"]) for each in listed] == [("2026.11.3", ["stable"])]
    assert "2026.11.3" in shell.run("list").stdout
    shown = json.loads(shell.run("show", "2026.11.3", "--json").stdout)
    assert [model["name"] for model in shown["models"]] == ["plate_reader", "plate_recognition"]
    assert "plate_reader" in shell.run("show", "2026.11.3").stdout


def test_a_channel_goes_back_by_as_many_releases_as_it_is_told(shell: Shell) -> None:
    for name in ("r1", "r2", "r3"):
        shell.build(name)
        shell.publish(name)
        shell.run("promote", name, "stable")
    back = shell.run("rollback", "stable").stdout
    assert "points to release r2 again, no longer to r3 (revision 4)" in back
    assert "points to release r1 again, no longer to r2 (revision 5)" in shell.run("rollback", "stable").stdout
    assert "named no release before 'r1'" in mistake(shell.run("rollback", "stable"))


def test_a_pinned_channel_is_left_alone_until_the_pin_is_off(shell: Shell) -> None:
    shell.build("r1")
    shell.publish("r1")
    shell.run("promote", "r1", "stable")
    assert "is pinned to release r1 (revision 2)" in shell.run("pin", "stable").stdout
    assert "stable (pinned)" in shell.run("list").stdout
    assert json.loads(shell.run("list", "--json").stdout)[0]["pinned"] == ["stable"]
    assert "`platerec release pin stable --off`" in mistake(shell.run("promote", "r1", "stable"))
    assert "is no longer pinned" in shell.run("pin", "stable", "--off").stdout
    assert shell.run("promote", "r1", "stable").exit_code == 0


def test_old_releases_are_deleted_but_not_those_of_a_channel(shell: Shell) -> None:
    for name in ("r1", "r2", "r3"):
        shell.build(name)
        shell.publish(name)
    shell.run("promote", "r1", "stable")
    words = ("gc", "--keep", "1", "--older-than", "0")
    assert "Would delete releases r2 and 0 files" in shell.run(*words, "--dry-run").stdout
    assert "Deleted releases r2 and 0 files, 0.0 MB" in shell.run(*words).stdout
    assert [each["release"] for each in json.loads(shell.run("list", "--json").stdout)] == ["r1", "r3"]
    assert "Deleted no release" in shell.run("gc").stdout


def test_a_built_folder_can_be_named_instead(shell: Shell) -> None:
    shell.build("r1")
    assert "Published release r1" in shell.run("publish", str(shell.folder / "out")).stdout
    again = shell.run("publish", str(shell.folder / "out/releases/r1"))
    assert "already published" in again.stdout


def mistake(result: Result) -> str:
    """The one sentence of a mistake."""
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_a_folder_with_several_releases_asks_which(shell: Shell) -> None:
    shell.build("r1")
    shell.build("r2")
    assert "say which one" in mistake(shell.run("publish", str(shell.folder / "out")))


def test_a_folder_that_does_not_exist(shell: Shell) -> None:
    assert "is not a folder" in mistake(shell.run("build", "nowhere", "--name", "r1"))


def test_a_file_where_releases_shall_be_kept(shell: Shell) -> None:
    (shell.folder / "out").touch()
    assert "Not a directory" in mistake(shell.build("r1"))


def test_a_release_that_was_not_built(shell: Shell) -> None:
    assert "holds no release 'r9' (built: none)" in mistake(shell.publish("r9"))


def test_a_version_with_other_bytes(shell: Shell) -> None:
    shell.build("r1")
    shell.publish("r1")
    shell.build("r2", reader="changed")
    assert "raise its version" in mistake(shell.publish("r2"))


@pytest.mark.parametrize("words", [("show", "r9"), ("promote", "r9", "stable")])
def test_a_release_that_was_never_published(shell: Shell, words: tuple[str, ...]) -> None:
    assert "'r9' was never published" in mistake(shell.run(*words))


def test_a_store_that_is_no_address(shell: Shell) -> None:
    shell.environment["PLATEREC_STORE"] = "plates/prod"
    assert "write s3://bucket/prefix" in mistake(shell.run("list")).replace("s3://bucket or ", "")


def test_a_bucket_that_does_not_exist(shell: Shell) -> None:
    shell.environment["PLATEREC_STORE"] = "s3://nowhere"
    assert "has no bucket 'nowhere'" in mistake(shell.run("list"))


def test_wrong_keys(shell: Shell) -> None:
    s3._session.cache_clear()
    shell.environment["AWS_SECRET_ACCESS_KEY"] = "wrong"
    assert "refuses access" in mistake(shell.run("list"))
    s3._session.cache_clear()


def test_a_store_that_does_not_answer_is_exit_code_one(shell: Shell) -> None:
    shell.environment["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{free_ports(1)[0]}"
    result = shell.run("list")
    assert result.exit_code == 1
    assert "does not answer" in result.stderr
