import re

import numpy as np
import pytest

from platerec_convert.synthetic.plates import SYMBOLS, PlateType, draw_plate

FORM = re.compile(r"[ABEKMHOPCTYX](?!000)\d{3}[ABEKMHOPCTYX]{2}(\d{2}|[1-9]\d{2})")


@pytest.mark.parametrize("type_", PlateType)
def test_every_plate_has_the_form_of_the_standard(type_: PlateType) -> None:
    rng = np.random.default_rng(1)
    for _ in range(500):
        plate = draw_plate(rng, type_)
        assert FORM.fullmatch(plate.text), plate.text
        assert plate.region != "00"


def test_regions_of_both_lengths_are_drawn() -> None:
    rng = np.random.default_rng(1)
    lengths = [len(draw_plate(rng, PlateType.ONE_ROW).region) for _ in range(200)]
    assert 0.3 < lengths.count(3) / 200 < 0.6
    assert set(lengths) == {2, 3}


def test_the_symbols_are_in_the_order_of_the_readers_classes() -> None:
    assert SYMBOLS == "0123456789ABEKMHOPCTYX"
