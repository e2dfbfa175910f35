"""The command as a person and as a script see it: output, files, exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest
import typer
from PIL import Image
from typer.testing import CliRunner, Result

from platerec_cli.recognize.client import Protocol
from platerec_cli.recognize.command import recognize
from platerec_cli.tests.recognize.fake_triton import Script

Run = Callable[..., Result]


@pytest.fixture
def run(url: str, protocol: Protocol) -> Run:
    """The command against the scripted pipeline; the last argument wins, so a test may name another --url."""
    app = typer.Typer()
    app.command()(recognize)

    def invoke(*arguments: str | Path) -> Result:
        options = ["--url", url, f"--{protocol.lower()}"]
        return CliRunner().invoke(app, options + [str(argument) for argument in arguments])

    return invoke


def test_a_picture_gives_a_table(run: Run, picture: Path) -> None:
    result = run(picture)
    assert result.exit_code == 0
    assert "A123BC77" in result.stdout
    assert "2026.11.3" in result.stdout


def test_json_gives_one_object_for_each_frame_and_nothing_else(run: Run, picture: Path, video: Path) -> None:
    result = run("--json", picture, video)
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(Path(each["source"]).name, each["frame"]) for each in documents] == [
        ("car.png", 0),
        *(("gate.avi", number) for number in range(5)),
    ]
    assert [plate["text"] for plate in documents[0]["plates"]] == ["A123BC77", "K456MH190"]


def test_annotated_pictures_and_videos_are_saved(run: Run, picture: Path, video: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("--out", out, picture.parent, video).exit_code == 0
    annotated = cv2.imread(str(out / "street" / "car.png"))
    assert annotated is not None
    assert (annotated != 127).any(), "the plates are drawn"
    saved = cv2.VideoCapture(str(out / "gate.mp4"))
    assert (saved.get(cv2.CAP_PROP_FRAME_COUNT), saved.get(cv2.CAP_PROP_FPS)) == (5, 10)


def test_a_file_that_is_no_picture_is_one_line_and_code_2(run: Run, tmp_path: Path) -> None:
    letter = tmp_path / "letter.jpg"
    letter.write_text("Dear editor")
    result = run(letter)
    assert (result.exit_code, result.stderr) == (2, f"{letter}: not a picture that can be read.\n")


@pytest.mark.parametrize("name", ["letter.jpg", "letter.mp4"])
def test_among_others_it_is_one_line_too(run: Run, picture: Path, name: str) -> None:
    letter = picture.with_name(name)
    letter.write_text("Dear editor")
    result = run(picture, letter)
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"{letter}: not a ")
    assert result.exit_code == 2


def test_the_other_pictures_are_still_read(run: Run, picture: Path) -> None:
    broken = picture.with_name("a-broken.png")
    broken.touch()
    result = run("--out", picture.parent.parent / "out", picture.parent)
    assert result.exit_code == 2
    assert str(broken) in result.stderr
    assert "A123BC77" in result.stdout


def test_the_original_is_never_overwritten(run: Run, picture: Path) -> None:
    before = picture.read_bytes()
    result = run("--out", picture.parent, picture)
    assert result.exit_code == 2
    assert "would overwrite the original" in result.stderr
    assert picture.read_bytes() == before


def test_two_files_of_one_name_are_not_saved_over_each_other(run: Run, picture: Path, tmp_path: Path) -> None:
    twin = tmp_path / "car.png"
    twin.write_bytes(picture.read_bytes())
    result = run("--out", tmp_path / "out", picture, twin)
    assert result.exit_code == 2
    assert "would both become" in result.stderr


def test_a_folder_that_cannot_be_written_is_named(run: Run, picture: Path, tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    result = run("--out", tmp_path / "out", picture)
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_a_server_that_refuses_is_one_line_and_code_1(run: Run, picture: Path, script: Script) -> None:
    script.refusal = "input__0 has no pixels"
    result = run(picture)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "input__0 has no pixels" in result.stderr


def test_a_refused_picture_is_named_and_the_others_are_read(run: Run, picture: Path, script: Script) -> None:
    large = picture.with_name("a-large.png")
    Image.new("RGB", (30, 20)).save(large)
    script.refusal, script.refused_shape = "too large", [20, 30, 3]
    result = run(picture.parent)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{large}: Triton at ")
    assert "too large" in result.stderr
    assert "A123BC77" in result.stdout


def test_a_server_that_is_not_there_is_one_line_and_code_1(run: Run, picture: Path) -> None:
    result = run("--url", "127.0.0.1:1", picture)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "No Triton answers at 127.0.0.1:1" in result.stderr


def test_a_file_that_is_no_picture_is_code_2_without_a_server_too(run: Run, tmp_path: Path) -> None:
    """Starting the server would not help."""
    letter = tmp_path / "letter.jpg"
    letter.write_text("Dear editor")
    result = run("--url", "127.0.0.1:1", letter)
    assert (result.exit_code, result.stderr) == (2, f"{letter}: not a picture that can be read.\n")


def test_without_a_server_both_troubles_are_said(run: Run, picture: Path) -> None:
    letter = picture.with_name("letter.jpg")
    letter.write_text("Dear editor")
    result = run("--url", "127.0.0.1:1", picture, letter)
    assert result.exit_code == 1
    file, server = result.stderr.splitlines()
    assert file.startswith(f"{letter}: not a picture")
    assert "No Triton answers" in server


def test_a_picture_that_breaks_off_is_code_2(run: Run, picture: Path) -> None:
    """Its first bytes are those of a picture."""
    picture.write_bytes(picture.read_bytes()[:-100])
    result = run(picture)
    assert (result.exit_code, result.stderr) == (2, f"{picture}: not a picture that can be read.\n")
