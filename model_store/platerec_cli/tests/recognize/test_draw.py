"""Boxes and texts can be seen on any background, and scale with the picture."""

import numpy as np
import pytest

from platerec_cli.recognize.client import Plate
from platerec_cli.recognize.draw import draw_plates


def plate(*box: float) -> Plate:
    return Plate("A123BC77", (box[0], box[1], box[2], box[3]))


@pytest.mark.parametrize("background", [0, 127, 255])
def test_a_box_stands_out_from_its_background(background: int) -> None:
    frame = np.full((400, 600, 3), background, np.uint8)
    drawn = draw_plates(frame, (plate(200, 200, 320, 240),)).astype(int)
    contrast = np.abs(drawn - background).max(axis=2)
    assert contrast[210:230, 198:203].max() > 80
    assert contrast[150:199, 200:320].max() > 80, "the label above the box"


def test_the_frame_that_is_sent_on_is_not_drawn_upon() -> None:
    frame = np.full((400, 600, 3), 127, np.uint8)
    draw_plates(frame, (plate(10, 10, 60, 30),))
    assert (frame == 127).all()


def test_a_label_at_the_upper_edge_goes_below_its_box() -> None:
    frame = np.full((400, 600, 3), 255, np.uint8)
    drawn = draw_plates(frame, (plate(100, 2, 220, 30),))
    assert (drawn[40:60, 100:220] != 255).any()


def test_a_label_stays_in_the_picture() -> None:
    frame = np.full((400, 600, 3), 255, np.uint8)
    near_the_edge = draw_plates(frame, (plate(590, 200, 600, 210),))
    assert (near_the_edge[:190, :580] != 255).any(), "the label moved to the left"


def test_lines_of_a_large_picture_are_thicker() -> None:
    def dark_pixels(size: int) -> int:
        frame = np.full((size, size, 3), 255, np.uint8)
        row = draw_plates(frame, (plate(size * 0.3, size * 0.4, size * 0.7, size * 0.6),))[size // 2]
        return int((row != 255).any(axis=1).sum())

    assert dark_pixels(2000) > 2 * dark_pixels(400)
