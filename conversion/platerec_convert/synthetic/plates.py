"""Plate texts of GOST R 50577 types 1 and 1A: a letter, three digits, two letters, a region of two or three digits."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

LETTERS = "ABEKMHOPCTYX"
"""The twelve letters that look alike in Cyrillic and Latin."""

SYMBOLS = "0123456789" + LETTERS
"""In the order of the reader's classes; one more, the blank, comes last."""

# fmt: off
LONG_REGIONS = (
    "102", "113", "116", "121", "122", "123", "124", "125", "126", "130", "134", "136", "138",
    "142", "147", "150", "152", "154", "155", "156", "158", "159", "161", "163", "164", "172",
    "173", "174", "177", "178", "180", "181", "182", "184", "185", "186", "188", "190", "193",
    "196", "197", "198", "199", "250", "252", "277", "299", "550", "702", "716", "725", "750",
    "754", "761", "763", "774", "777", "790", "797", "799", "977",
)
# fmt: on
"""Regions of three digits that are on the roads; all of 01 to 99 are taken as regions of two."""


class PlateType(Enum):
    """Type 1 has one row, 520x112 mm; type 1A two rows, 290x170 mm."""

    ONE_ROW = "1"
    TWO_ROWS = "1A"


@dataclass(frozen=True)
class Plate:
    """What is embossed: `A123BC` and the region."""

    series: str
    region: str
    type: PlateType = PlateType.ONE_ROW

    @property
    def text(self) -> str:
        """The text as the reader is to read it."""
        return self.series + self.region


def draw_plate(rng: np.random.Generator, type_: PlateType, long_region_share: float = 0.45) -> Plate:
    """A plate at random; 000 is not issued."""
    first, *pair = (LETTERS[i] for i in rng.integers(0, len(LETTERS), 3))
    if rng.random() < long_region_share:
        region = LONG_REGIONS[rng.integers(len(LONG_REGIONS))]
    else:
        region = f"{rng.integers(1, 100):02d}"
    return Plate(f"{first}{rng.integers(1, 1000):03d}{''.join(pair)}", region, type_)
