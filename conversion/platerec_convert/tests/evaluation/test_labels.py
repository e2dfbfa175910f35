"""Labels say where a plate is in each frame."""

import json
from pathlib import Path

import pytest

from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.labels import LabelledPlate, read_labels

MOVING = LabelledPlate(text="Y836XH76", boxes={10: (0, 0, 10, 5), 20: (20, 10, 30, 15)})

PLATE = '{"files": [{"file": "a", "plates": [{%s}]}]}'


@pytest.mark.parametrize(
    ("frame", "box"),
    [(9, None), (10, (0, 0, 10, 5)), (15, (10, 5, 20, 10)), (20, (20, 10, 30, 15)), (21, None)],
)
def test_a_plate_moves_in_a_line_between_the_frames_that_are_labelled(frame: int, box: object) -> None:
    assert MOVING.box_at(frame) == box


def test_frames_are_read_from_json(tmp_path: Path) -> None:
    plate = {"text": "Y836XH76", "boxes": {"0": [1, 2, 3, 4]}}
    (tmp_path / "labels.json").write_text(json.dumps({"files": [{"file": "a.jpg", "plates": [plate]}]}))
    (labelled,) = read_labels(tmp_path / "labels.json").files
    assert labelled.plates[0].box_at(0) == (1, 2, 3, 4)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", r"labels\.json is not JSON"),
        ('{"files": []}', r"labels\.json: files: Tuple should have at least 1 item"),
        ('{"files": [{"file": "a", "plates": [{"boxes": {}}]}]}', r"files\.0\.plates\.0\.boxes"),
        (PLATE % '"text": " ", "boxes": {"0": [1, 2, 3, 4]}', r"plates\.0\.text: there is no text"),
        (PLATE % '"text": "A1Q", "boxes": {"0": [1, 2, 3, 4]}', r"plates\.0\.text: the reader knows no 'Q'"),
        (PLATE % '"boxes": {"0": [3, 2, 1, 4]}', r"boxes\.0: these are not x1, y1, x2, y2"),
        (PLATE % '"boxes": {"0": [1, NaN, 3, 4]}', r"boxes\.0: these are not x1, y1, x2, y2"),
    ],
    ids=["json", "empty", "boxes", "text", "symbol", "turned", "nan"],
)
def test_wrong_labels_are_named(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "labels.json"
    path.write_text(content)
    with pytest.raises(ConversionError, match=sentence):
        read_labels(path)


def test_missing_labels_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=r"none\.json cannot be read: No such file"):
        read_labels(tmp_path / "none.json")
