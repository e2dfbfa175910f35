"""A golden sample asks for what the release reads, and for nothing that it does not."""

from pathlib import Path

import pytest
from PIL import Image

from platerec_convert.errors import ConversionError
from platerec_convert.golden import as_read, labelled_picture
from platerec_convert.tests.evaluation.scripted import Box, ScriptedRecognizer
from platerec_store.release.folder import GoldenPicture
from platerec_store.release.manifest import ExpectedPlate

LEFT: Box = (10, 10, 60, 22)
RIGHT: Box = (100, 40, 150, 52)
FAR: Box = (100, 70, 150, 82)

LABELS = """{"files": [{"file": "street.png", "plates": [
    {"text": "A123BC77", "boxes": {"0": [10, 10, 60, 22]}},
    {"text": "K456MP199", "boxes": {"0": [100, 40, 150, 52]}},
    {"text": "T789XY50", "optional": true, "boxes": {"0": [100, 70, 150, 82]}},
    {"boxes": {"0": [10, 70, 30, 75]}}
]}]}"""


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.new("RGB", (200, 100), "grey").save(tmp_path / "street.png")
    (tmp_path / "street.json").write_text(LABELS)
    return tmp_path / "street.png"


@pytest.fixture
def sample(picture: Path) -> GoldenPicture:
    return labelled_picture(picture, picture.with_suffix(".json"))


def test_a_sample_holds_the_plates_whose_text_is_known_and_asked_for(sample: GoldenPicture) -> None:
    assert sample.plates == (ExpectedPlate(text="A123BC77", box=LEFT), ExpectedPlate(text="K456MP199", box=RIGHT))


@pytest.mark.parametrize(
    "second",
    [[], [(RIGHT, "K456MP197")], [(FAR, "K456MP199")]],
    ids=["not found", "misread", "found elsewhere"],
)
def test_a_plate_that_the_release_does_not_read_is_left_out(
    sample: GoldenPicture, picture: Path, second: list[tuple[Box, str]]
) -> None:
    recognizer = ScriptedRecognizer([[(LEFT, "A123BC77"), *second]])
    assert as_read(sample, picture, recognizer).plates == (ExpectedPlate(text="A123BC77", box=LEFT),)


def test_a_picture_that_the_release_cannot_read_is_refused(sample: GoldenPicture, picture: Path) -> None:
    with pytest.raises(ConversionError, match=r"read no plate of .*street\.png as its labels say"):
        as_read(sample, picture, ScriptedRecognizer([[(LEFT, "A123BC71")]]))


def test_a_picture_without_plates_expects_none(picture: Path) -> None:
    picture.with_suffix(".json").write_text('{"files": [{"file": "street.png"}]}')
    empty = labelled_picture(picture, picture.with_suffix(".json"))
    assert empty.plates == ()
    assert as_read(empty, picture, ScriptedRecognizer([[]])) == empty
    with pytest.raises(ConversionError, match=r"find a plate in .*street\.png, which has none to read"):
        as_read(empty, picture, ScriptedRecognizer([[(LEFT, "A123BC77")]]))


def test_a_video_is_no_golden_picture(picture: Path) -> None:
    video = picture.with_suffix(".avi")
    video.touch()
    with pytest.raises(ConversionError, match=r"is one picture, .*street\.avi is none"):
        labelled_picture(video, picture.with_suffix(".json"))
