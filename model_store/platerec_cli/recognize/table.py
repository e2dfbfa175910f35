"""Answers for people (tables) and for programs (one JSON object a frame)."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rich.markup import escape
from rich.table import Table

from platerec_cli.recognize.client import Answer, Plate
from platerec_cli.recognize.sources import Source


@dataclass(frozen=True)
class Reading:
    """The answer to one frame of a source."""

    source: Source
    frame: int
    answer: Answer


def build_line(reading: Reading) -> str:
    """A reading as one line of JSON."""
    plates = [
        {
            "text": plate.text,
            "textScore": plate.text_score,
            "detectionScore": plate.detection_score,
            "box": plate.box,
        }
        for plate in reading.answer.plates
    ]
    document = {
        "source": str(reading.source.path),
        "frame": reading.frame,
        "release": reading.answer.release,
        "plates": plates,
    }
    return json.dumps(document, ensure_ascii=False)


def build_picture_table(readings: Sequence[Reading]) -> Table:
    """A row for each plate of each picture."""
    table = _table("picture", "text", "text score", "detection score", "box (x1 y1 x2 y2)", readings=readings)
    for reading in readings:
        name = _name(reading)
        if not reading.answer.plates:
            table.add_row(name, "[dim]no plate[/dim]")
        for number, plate in enumerate(reading.answer.plates):
            table.add_row("" if number else name, *_cells(plate))
    return table


def build_video_table(readings: Sequence[Reading]) -> Table:
    """A row for each text that was read in a video, the most frequent first."""
    table = _table("video", "text", "frames", "best text score", "first frame", readings=readings)
    by_text: dict[str, list[tuple[int, Plate]]] = defaultdict(list)
    for reading in readings:
        for plate in reading.answer.plates:
            by_text[plate.label].append((reading.frame, plate))
    name = _name(readings[0])
    if not by_text:
        table.add_row(name, "[dim]no plate[/dim]")
    for number, (text, seen) in enumerate(sorted(by_text.items(), key=lambda item: -len(item[1]))):
        best = max((plate.text_score for _, plate in seen if plate.text_score is not None), default=None)
        table.add_row("" if number else name, text, str(len(seen)), _score(best), str(seen[0][0]))
    return table


def _table(*columns: str, readings: Sequence[Reading]) -> Table:
    releases = sorted({reading.answer.release or "not named" for reading in readings})
    table = Table(caption=f"Answered by release {', '.join(releases)}", caption_justify="left")
    for column in columns:
        words = column in {"picture", "video", "text"}
        table.add_column(column, justify="left" if words else "right", overflow="fold")
    return table


def _name(reading: Reading) -> str:
    return escape(str(reading.source.name))


def _cells(plate: Plate) -> tuple[str, str, str, str]:
    box = " ".join(f"{value:.0f}" for value in plate.box)
    return plate.label, _score(plate.text_score), _score(plate.detection_score), box


def _score(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
