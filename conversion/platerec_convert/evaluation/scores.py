"""From what was read and what stands there to rates. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, nan

BANDS = (0, 30, 45, 70, 110, 200, inf)
"""Limits of the bands of widths, in pixels of the frame."""


@dataclass(frozen=True)
class Reading:
    """A plate that can be read by eye, and what the pipeline made of it: nothing where it was not found."""

    truth: str
    read: str
    width: float

    @property
    def exact(self) -> bool:
        """Whether each character is right."""
        return self.truth == self.read


@dataclass(frozen=True)
class Rates:
    """`exact` and `character_errors` are shares; a plate that was not found counts as read empty."""

    plates: int
    exact: float
    character_errors: float


@dataclass(frozen=True)
class Detection:
    """How many plates stand there, how many of them were found, and how many boxes were reported."""

    plates: int = 0
    found: int = 0
    boxes: int = 0

    def __add__(self, other: "Detection") -> "Detection":
        return Detection(self.plates + other.plates, self.found + other.found, self.boxes + other.boxes)

    @property
    def recall(self) -> float:
        """The share of the plates that was found."""
        return self.found / self.plates if self.plates else nan

    @property
    def precision(self) -> float:
        """The share of the boxes that are plates."""
        return self.found / self.boxes if self.boxes else nan


def build_rates(readings: Sequence[Reading]) -> Rates:
    """Over all of the readings; NaN where there are none."""
    if not readings:
        return Rates(0, nan, nan)
    errors = sum(edit_distance(reading.truth, reading.read) for reading in readings)
    characters = sum(len(reading.truth) for reading in readings)
    return Rates(len(readings), sum(reading.exact for reading in readings) / len(readings), errors / characters)


def build_bands(readings: Iterable[Reading]) -> dict[str, Rates]:
    """The rates of each band that has plates, by its name, and those of `all`."""
    known = list(readings)
    bands = {
        _band_name(low, high): build_rates([reading for reading in known if low <= reading.width < high])
        for low, high in pairwise(BANDS)
    }
    return {name: rates for name, rates in bands.items() if rates.plates} | {"all": build_rates(known)}


def _band_name(low: float, high: float) -> str:
    return f"{low:.0f}-{high:.0f} px" if high < inf else f"from {low:.0f} px"


def edit_distance(one: str, other: str) -> int:
    """The fewest insertions, deletions and substitutions that turn one text into the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for number, symbol in enumerate(one, start=1):
        previous, row[0] = row[0], number
        for column, wanted in enumerate(other, start=1):
            cheapest = min(row[column] + 1, row[column - 1] + 1, previous + (symbol != wanted))
            previous, row[column] = row[column], cheapest
    return row[-1]


def calibration_error(confidences: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error: how far the scores are from the share of right texts, over bins of equal width.

    Guo et al., "On Calibration of Modern Neural Networks", 2017 (arXiv:1706.04599).
    """
    if not confidences:
        return nan
    total = 0.0
    for number in range(bins):
        inside = [(c, right) for c, right in confidences if min(int(c * bins), bins - 1) == number]
        total += abs(sum(c for c, _ in inside) - sum(right for _, right in inside))
    return total / len(confidences)
