"""Plates drawn onto a frame: readable on any background, in proportion to the picture."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from platerec_cli.recognize.client import Frame, Plate

BRIGHT = (60, 220, 80)
DARK = (20, 20, 20)


def draw_plates(frame: Frame, plates: tuple[Plate, ...]) -> Frame:
    """A copy of the frame with a box and a label for each plate."""
    picture = Image.fromarray(frame[..., ::-1])
    canvas = ImageDraw.Draw(picture)
    line = max(1, round(min(picture.size) / 400))
    for plate in plates:
        _draw_box(canvas, plate, line)
    for plate in plates:  # labels last, so that no box crosses a text
        _draw_label(canvas, plate, line, picture.size)
    return np.ascontiguousarray(np.asarray(picture)[..., ::-1])


def _draw_box(canvas: ImageDraw.ImageDraw, plate: Plate, line: int) -> None:
    """A bright line within a dark one: one of them shows on any background."""
    x1, y1, x2, y2 = plate.box
    left, right = sorted((x1, x2))
    top, bottom = sorted((y1, y2))
    outer = (left - 2 * line, top - 2 * line, right + 2 * line, bottom + 2 * line)
    canvas.rectangle(outer, outline=DARK, width=3 * line)
    canvas.rectangle((left - line, top - line, right + line, bottom + line), outline=BRIGHT, width=line)


def _draw_label(canvas: ImageDraw.ImageDraw, plate: Plate, line: int, size: tuple[int, int]) -> None:
    """The text on a field of its own, above the box or, at the upper edge, below it."""
    label = plate.label
    font = ImageFont.load_default(10 + 10 * line)
    start, rise, end, base = canvas.textbbox((0, 0), label, font=font)
    pad = 2 * line
    width, height = end - start + 2 * pad, base - rise + 2 * pad
    x1, y1, _, y2 = plate.box
    above = y1 - height - 2 * pad
    left = float(np.clip(x1, 0, max(0, size[0] - width)))
    top = float(np.clip(above if above >= 0 else y2 + 2 * pad, 0, max(0, size[1] - height)))
    canvas.rectangle((left, top, left + width, top + height), fill=DARK)
    canvas.text((left + pad - start, top + pad - rise), label, font=font, fill=BRIGHT)
