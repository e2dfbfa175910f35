"""What people and programs get to see."""

import io
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from platerec_cli.recognize.client import Answer, Plate
from platerec_cli.recognize.sources import Source
from platerec_cli.recognize.table import Reading, build_line, build_picture_table, build_video_table

CAR = Source(Path("street/car.jpg"), Path("car.jpg"))
CLIP = Source(Path("gate.ts"), Path("gate.ts"))
PLATE = Plate("A123BC77", (1.2, 2, 3, 4), text_score=0.912, detection_score=0.5)


def rendered(table: Table) -> list[list[str]]:
    """The words of each row, box drawing left out."""
    output = io.StringIO()
    Console(file=output, width=120).print(table)
    return [line.replace("│", " ").split() for line in output.getvalue().splitlines()]


def test_a_line_is_a_json_object_with_all_that_was_answered() -> None:
    line = build_line(Reading(CAR, 7, Answer("r1", (PLATE,))))
    plate = {"text": "A123BC77", "textScore": 0.912, "detectionScore": 0.5, "box": [1.2, 2, 3, 4]}
    assert json.loads(line) == {"source": "street/car.jpg", "frame": 7, "release": "r1", "plates": [plate]}
    assert "\n" not in line


def test_a_picture_has_a_row_for_each_plate() -> None:
    rows = rendered(build_picture_table([Reading(CAR, 0, Answer("r1", (PLATE, Plate("", (5, 6, 7, 8)))))]))
    assert ["car.jpg", "A123BC77", "0.91", "0.50", "1", "2", "3", "4"] in rows
    assert ["?", "-", "-", "5", "6", "7", "8"] in rows


def test_a_picture_without_plates_says_so() -> None:
    assert ["car.jpg", "no", "plate"] in rendered(build_picture_table([Reading(CAR, 0, Answer("r1", ()))]))


def test_a_video_has_a_row_for_each_text_the_most_frequent_first() -> None:
    texts = ["B222BB22", "A123BC77", "A123BC77"]
    scores = [0.99, 0.5, 0.7]
    readings = [
        Reading(CLIP, number, Answer("r1", (Plate(text, (0, 0, 1, 1), text_score=score),)))
        for number, (text, score) in enumerate(zip(texts, scores, strict=True))
    ]
    rows = rendered(build_video_table(readings))
    first, second = ["gate.ts", "A123BC77", "2", "0.70", "1"], ["B222BB22", "1", "0.99", "0"]
    assert rows.index(first) + 1 == rows.index(second)


def test_all_releases_that_answered_are_named() -> None:
    table = build_picture_table([Reading(CAR, 0, Answer(name, ())) for name in ("r2", "r1", None)])
    assert table.caption == "Answered by release not named, r1, r2"


def test_a_file_name_is_shown_as_it_is() -> None:
    name = "[red]gate[/red].jpg"
    table = build_picture_table([Reading(Source(Path(name), Path(name)), 0, Answer("r1", ()))])
    assert [name, "no", "plate"] in rendered(table)
