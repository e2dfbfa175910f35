from collections.abc import Iterator
from itertools import pairwise

import pytest

from platerec_convert.synthetic.glyphs import StrokeAlphabet
from platerec_convert.synthetic.layout import build_layout
from platerec_convert.synthetic.plates import Plate, PlateType


@pytest.fixture(params=[(t, r) for t in PlateType for r in ("77", "799")], ids=str)
def plate(request: pytest.FixtureRequest) -> Plate:
    return Plate("M888MM", request.param[1], request.param[0])


def boxes(plate: Plate) -> Iterator[tuple[float, float, float, float]]:
    """Left, top, right, bottom of each character; M and 8 are the widest."""
    alphabet = StrokeAlphabet()
    for character, place in zip(plate.text, build_layout(plate).places, strict=True):
        height, width = alphabet.mask(character, round(place.height), place.narrowing).shape
        yield place.middle - width / 2, place.base - height, place.middle + width / 2, place.base


def test_a_plate_has_the_size_of_its_type(plate: Plate) -> None:
    layout = build_layout(plate)
    expected = (520, 112) if plate.type is PlateType.ONE_ROW else (290, 170)
    assert (layout.width, layout.height) == expected


def test_every_character_lies_on_the_plate(plate: Plate) -> None:
    layout = build_layout(plate)
    for left, top, right, bottom in boxes(plate):
        assert left >= 0
        assert top >= 0
        assert right <= layout.width
        assert bottom <= layout.height


def test_characters_of_a_row_do_not_overlap(plate: Plate) -> None:
    for (_, _, right, bottom), (left, top, _, _) in pairwise(boxes(plate)):
        assert left >= right - 1 or top >= bottom - 1
