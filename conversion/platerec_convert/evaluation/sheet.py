"""The contact sheet of failures: each plate as the frame shows it, with what stands there and what was read."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.answers import Frame

TILE = (240, 120)
PICTURE_HEIGHT = 80
COLUMNS = 5
MOST = 200
"""Failures on one sheet; of more, evenly chosen ones."""


@dataclass(frozen=True)
class Failure:
    """A plate that was not read as it stands there; `read` is empty where it was not found."""

    picture: Frame
    truth: str
    read: str
    where: str


def cut_out(frame: Frame, box: tuple[float, float, float, float]) -> Frame:
    """The box and half of its size round it; a pixel at least."""
    height, width = frame.shape[:2]
    x1, y1, x2, y2 = box
    across, down = (x2 - x1) / 4, (y2 - y1) / 2
    left, top = (int(np.clip(v, 0, most - 1)) for v, most in ((x1 - across, width), (y1 - down, height)))
    right, bottom = (int(np.clip(v, 1, most)) for v, most in ((x2 + across, width), (y2 + down, height)))
    return frame[top : max(bottom, top + 1), left : max(right, left + 1)].copy()


def build_sheet(failures: Sequence[Failure]) -> Image.Image:
    """Tiles in rows, in the order of the failures."""
    chosen = [failures[i] for i in np.linspace(0, len(failures) - 1, min(len(failures), MOST)).astype(int)]
    rows = max(1, -(-len(chosen) // COLUMNS))
    sheet = Image.new("RGB", (TILE[0] * COLUMNS, TILE[1] * rows), "white")
    canvas = ImageDraw.Draw(sheet)
    if not chosen:
        canvas.text((8, 8), "No failures.", fill="black", font=ImageFont.load_default(16))
    for number, failure in enumerate(chosen):
        left, top = TILE[0] * (number % COLUMNS), TILE[1] * (number // COLUMNS)
        sheet.paste(_fitted(failure.picture), (left + 4, top + 4))
        words = f"{failure.truth}  read {failure.read or 'nothing'}\n{failure.where}"
        canvas.text((left + 4, top + PICTURE_HEIGHT + 6), words, fill="black", font=ImageFont.load_default(12))
    return sheet


def _fitted(picture: Frame) -> Image.Image:
    image = Image.fromarray(picture[..., ::-1])
    scale = min((TILE[0] - 8) / image.width, PICTURE_HEIGHT / image.height)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.BICUBIC)


def prepare_sheet(path: Path) -> None:
    """Raises ConversionError when no sheet could be written there, so that nobody waits for one in vain."""
    if Image.registered_extensions().get(path.suffix.lower()) not in Image.SAVE:
        raise ConversionError(f"The sheet {path} cannot be written: use a name ending in .png.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error


def write_sheet(failures: Sequence[Failure], path: Path) -> None:
    """The sheet as a picture. Raises ConversionError when it cannot be written."""
    prepare_sheet(path)
    try:
        build_sheet(failures).save(path)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> ConversionError:
    return ConversionError(f"The sheet {path} cannot be written: {error.strerror or error}.")
