"""Where things stand on a plate, in mm from its top left corner, after the figures of GOST R 50577."""

from dataclasses import dataclass

from platerec_convert.synthetic.plates import Plate, PlateType


@dataclass(frozen=True)
class Place:
    """A character: the middle of its width, its lower edge, its height."""

    middle: float
    base: float
    height: float
    narrowing: float = 1.0


@dataclass(frozen=True)
class Layout:
    """A plate's places in reading order, and what else is printed on it."""

    width: int
    height: int
    places: tuple[Place, ...]
    country: tuple[Place, ...]
    flag: tuple[float, float, float, float]
    dividers: tuple[tuple[float, float, float, float], ...]
    bolts: tuple[tuple[float, float], ...]


DIGIT, LETTER, COUNTRY = 76, 58, 20
EDGE = 4
"""The black rim runs this far inside the plate's edge."""


def build_layout(plate: Plate) -> Layout:
    """The layout of this plate's type and length of region."""
    return _one_row(plate) if plate.type is PlateType.ONE_ROW else _two_rows(plate)


def _one_row(plate: Plate) -> Layout:
    middles = (56, 115, 170, 225, 289, 348)
    series = tuple(Place(x, 94, DIGIT if c.isdigit() else LETTER) for x, c in zip(middles, plate.series, strict=True))
    long = len(plate.region) == 3
    region = tuple(Place(x, 71, LETTER, 0.88 if long else 1.0) for x in ((420, 457, 495) if long else (434, 481)))
    return Layout(
        width=520,
        height=112,
        places=series + region,
        country=tuple(Place(x, 102, COUNTRY) for x in (415, 432, 449)),
        flag=(468, 82, 502, 102),
        dividers=((398, EDGE, 398, 112 - EDGE),),
        bolts=((14, 56), (506, 56)),
    )


def _two_rows(plate: Plate) -> Layout:
    top = tuple(
        Place(x, 87, DIGIT if c.isdigit() else LETTER)
        for x, c in zip((52, 118, 176, 234), plate.series[:4], strict=True)
    )
    pair = tuple(Place(x, 158, LETTER) for x in (36, 97))
    long = len(plate.region) == 3
    region = tuple(Place(x, 158, LETTER, 0.85 if long else 1.0) for x in ((152, 186, 222) if long else (160, 204)))
    return Layout(
        width=290,
        height=170,
        places=top + pair + region,
        country=tuple(Place(x, 158, COUNTRY * 0.8) for x in (250, 262, 274)),
        flag=(248, 112, 278, 130),
        dividers=((128, 96, 128, 170 - EDGE), (128, 96, 290 - EDGE, 96)),
        bolts=((145, 12), (145, 160)),
    )
