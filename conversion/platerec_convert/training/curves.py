"""A training's curves: one CSV line a measurement, appended, so that a resumed training keeps its past."""

import csv
from collections.abc import Mapping
from pathlib import Path

from platerec_convert.training.writing import written


def append_row(path: Path, row: Mapping[str, float]) -> None:
    """Add a line; the first one writes the header."""
    fresh = not path.exists()
    with written(path), path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(row))
        if fresh:
            writer.writeheader()
        writer.writerow(row)
