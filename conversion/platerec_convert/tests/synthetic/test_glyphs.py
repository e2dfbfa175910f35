from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest

from platerec_convert.errors import ConversionError
from platerec_convert.synthetic.glyphs import FONTS, StrokeAlphabet, load_alphabets
from platerec_convert.synthetic.plates import SYMBOLS
from platerec_convert.synthetic.strokes import WIDTHS

ALIKE = {"0", "O"}
"""One shape in two sizes: the place tells which it is."""


@pytest.mark.parametrize("character", SYMBOLS)
def test_a_character_fills_its_height_and_width(character: str) -> None:
    mask = StrokeAlphabet().mask(character, 76)
    assert mask.shape == (76, round(76 * WIDTHS[character]))
    ink = mask > 127
    assert ink[:3].any()
    assert ink[-3:].any()
    assert ink[:, :3].any()
    assert ink[:, -3:].any()


def test_a_bolder_pen_leaves_more_ink() -> None:
    thin, bold = (StrokeAlphabet(pen=pen).mask("8", 76).mean() for pen in (0.1, 0.16))
    assert bold > 1.2 * thin


def test_no_two_characters_look_the_same() -> None:
    alphabet = StrokeAlphabet()
    looks = {c: cv2.resize(alphabet.mask(c, 76), (40, 76)) > 127 for c in SYMBOLS}
    for a, b in combinations(SYMBOLS, 2):
        if {a, b} != ALIKE:
            assert np.mean(looks[a] != looks[b]) > 0.05, (a, b)


def test_a_missing_font_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=r"Font OSP-DIN\.ttf is not in"):
        load_alphabets(tmp_path)


def test_a_damaged_font_is_one_sentence(tmp_path: Path) -> None:
    for name in FONTS:
        (tmp_path / name).write_bytes(b"no font")
    with pytest.raises(ConversionError, match=f"Font .*{FONTS[0]} cannot be used .*fetch it again"):
        load_alphabets(tmp_path)


def test_without_a_folder_of_fonts_the_projects_own_alphabets_are_used() -> None:
    alphabets = load_alphabets(None)
    rng = np.random.default_rng(0)
    drawn = {id(alphabets.draw(rng)) for _ in range(300)}
    assert drawn == {id(alphabet) for alphabet in alphabets.own}
