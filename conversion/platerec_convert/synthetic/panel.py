"""A plate drawn flat, one pixel a millimetre, in its frame on a piece of car."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from platerec_convert.synthetic.glyphs import Alphabets, Mask
from platerec_convert.synthetic.layout import EDGE, Layout, Place, build_layout
from platerec_convert.synthetic.plates import Plate

Picture = NDArray[np.uint8]
"""`[height, width, 3]` BGR."""

SIDE_MARGIN, END_MARGIN = 150, 110
"""How much of the car is drawn beside, and above and below the plate, mm."""


@dataclass(frozen=True)
class Panel:
    """A plate on a piece of car: the picture and the plate's corners in it, top left first, clockwise."""

    picture: Picture
    corners: NDArray[np.float32]


def draw_panel(plate: Plate, alphabets: Alphabets, rng: np.random.Generator) -> Panel:
    """The plate with its wear and its surroundings, at random."""
    layout = build_layout(plate)
    flat = _paint(layout, _ink(plate, layout, alphabets, rng), rng)
    picture = _car_body(layout.height + 2 * END_MARGIN, layout.width + 2 * SIDE_MARGIN, rng)
    left, top = SIDE_MARGIN, END_MARGIN
    if rng.random() < 0.65:
        _draw_frame(picture, layout, rng)
    picture[top : top + layout.height, left : left + layout.width] = flat
    if rng.random() < 0.3:  # the rim of a frame covers the plate's edge
        rim = int(rng.integers(1, 7))
        colour = _grey(rng, 10, 90)
        cv2.rectangle(picture, (left, top), (left + layout.width - 1, top + layout.height - 1), colour, 2 * rim)
    right, bottom = left + layout.width, top + layout.height
    return Panel(picture, np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32))


def _ink(plate: Plate, layout: Layout, alphabets: Alphabets, rng: np.random.Generator) -> Mask:
    """All that is black on the plate."""
    ink = np.zeros((layout.height, layout.width), np.uint8)
    alphabet = alphabets.draw(rng)
    shift, scale = rng.normal(0, 2, 2), rng.normal(1, 0.02, 2)
    for character, place in zip(plate.text, layout.places, strict=True):
        digit = character.isdigit() and place.height > 60
        size = place.height * (scale[0] if digit else scale[1])
        _stamp(ink, alphabet.mask(character, round(size), place.narrowing), place, shift + rng.normal(0, 0.8, 2))
    if rng.random() < 0.93:
        for character, place in zip("RUS", layout.country, strict=True):
            _stamp(ink, alphabets.own[0].mask(character, round(place.height)), place, shift)
    pen = int(rng.integers(2, 5))
    for x1, y1, x2, y2 in layout.dividers:
        cv2.line(ink, (round(x1 + shift[0]), round(y1)), (round(x2 + shift[0]), round(y2)), 255, pen)
    if rng.random() < 0.93:
        cv2.rectangle(ink, (EDGE, EDGE), (layout.width - 1 - EDGE, layout.height - 1 - EDGE), 255, pen)
    return ink


def _stamp(ink: Mask, glyph: Mask, place: Place, shift: NDArray[np.float64]) -> None:
    height, width = glyph.shape
    x = int(np.clip(round(place.middle - width / 2 + shift[0]), 0, ink.shape[1] - width))
    y = int(np.clip(round(place.base - height + shift[1]), 0, ink.shape[0] - height))
    spot = ink[y : y + height, x : x + width]
    np.maximum(spot, glyph, out=spot)


def _paint(layout: Layout, ink: Mask, rng: np.random.Generator) -> Picture:
    """Paper, flag, ink and bolts in colour."""
    paper = rng.integers(225, 256) + rng.integers(-8, 9, 3)
    flat = np.empty((*ink.shape, 3), np.uint8)
    flat[:] = np.clip(paper, 0, 255)
    if rng.random() < 0.9:
        x1, y1, x2, y2 = (round(v) for v in layout.flag)
        third = (y2 - y1) // 3
        for stripe, colour in enumerate(((245, 245, 245), (170, 60, 30), (40, 30, 190))):
            flat[y1 + stripe * third : y1 + (stripe + 1) * third, x1:x2] = colour
    black = rng.integers(5, 60) + rng.integers(-5, 6, 3)
    if rng.random() < 0.15:  # letters worn or bleached
        black = black + int(rng.integers(20, 80))
    share = ink.astype(np.uint16)[:, :, None]
    flat = ((flat * (255 - share) + black.astype(np.uint16) * share) // 255).astype(np.uint8)
    for x, y in layout.bolts:
        if rng.random() < 0.5:
            cv2.circle(flat, (round(x), round(y)), int(rng.integers(4, 8)), _grey(rng, 30, 190), -1, cv2.LINE_AA)
    return flat


def _car_body(height: int, width: int, rng: np.random.Generator) -> Picture:
    """Smooth paint, with some lines and lumps of bumper and grille."""
    rows, columns = int(rng.integers(2, 8)), int(rng.integers(2, 8))
    colour = rng.uniform(10, 240) + rng.normal(0, 18, 3)
    coarse = colour + rng.normal(0, rng.uniform(3, 45), (rows, columns, 1))
    small = cv2.resize(np.clip(coarse, 0, 255).astype(np.uint8), (width // 4, height // 4))
    for _ in range(int(rng.integers(0, 7))):
        shade, pen = _grey(rng, 0, 256), int(rng.integers(1, 10))
        (x1, x2), (y1, y2) = rng.integers(0, width // 4, 2), rng.integers(0, height // 4, 2)
        kind = rng.random()
        if kind < 0.5:
            cv2.line(small, (0, int(y1)), (width // 4, int(y1 + rng.normal(0, 8))), shade, pen)
        elif kind < 0.8:
            cv2.rectangle(small, (int(x1), int(y1)), (int(x2), int(y2)), shade, -1)
        else:
            word = "".join(chr(c) for c in rng.integers(65, 91, int(rng.integers(3, 9))))
            cv2.putText(small, word, (int(x1), int(y1)), cv2.FONT_HERSHEY_SIMPLEX, 0.7, shade, 2, cv2.LINE_AA)
    return np.asarray(cv2.resize(small, (width, height)), dtype=np.uint8)


def _draw_frame(picture: Picture, layout: Layout, rng: np.random.Generator) -> None:
    """A plastic frame, often with the dealer's name below."""
    left, top, right, bottom = (int(v) for v in rng.integers(2, 20, 4))
    if rng.random() < 0.45:
        bottom += int(rng.integers(8, 26))
    x1, y1 = SIDE_MARGIN, END_MARGIN
    x2, y2 = x1 + layout.width, y1 + layout.height
    shade = _grey(rng, 5, 70) if rng.random() < 0.8 else _grey(rng, 120, 240)
    cv2.rectangle(picture, (x1 - left, y1 - top), (x2 + right, y2 + bottom), shade, -1)
    if bottom > 18:
        name = "".join(chr(c) for c in rng.integers(97, 123, int(rng.integers(5, 16))))
        ink = tuple(255 - c for c in shade)
        start = (x1 + int(rng.integers(10, max(11, layout.width // 3))), y2 + bottom - 5)
        cv2.putText(picture, name, start, cv2.FONT_HERSHEY_SIMPLEX, 0.6, ink, 2, cv2.LINE_AA)


def _grey(rng: np.random.Generator, low: int, high: int) -> tuple[int, int, int]:
    blue, green, red = np.clip(rng.integers(low, high) + rng.integers(-6, 7, 3), 0, 255)
    return int(blue), int(green), int(red)
