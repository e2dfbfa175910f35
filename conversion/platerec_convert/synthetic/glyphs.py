"""Alphabets: sets of glyph masks, the project's own strokes or a TrueType font pressed into the standard's widths."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from platerec_convert.errors import ConversionError
from platerec_convert.synthetic.strokes import GLYPHS, WIDTHS

Mask = NDArray[np.uint8]
"""`[height, width]`, 255 where there is ink; one pixel is a millimetre."""

OVERSAMPLING = 4

FONTS = (
    "OSP-DIN.ttf",
    "osifont.ttf",
    "RG2014C.ttf",
    "RG2014D.ttf",
    "RG2014E.ttf",
    "RobotoCondensed-Bold.ttf",
    "RobotoCondensed-Medium.ttf",
    "Dosis-Bold.otf",
    "Dosis-SemiBold.otf",
    "FreeSansBold.ttf",
    "OpenSans-CondBold.ttf",
)
"""Free fonts that look like plates, of Debian's fonts-opendin, -osifont, -roadgeek, -roboto-unhinted, -dosis,
-freefont-ttf and -open-sans. A reader that learns from one alphabet learns its pen, not its shapes."""


class Alphabet(Protocol):
    """Draws characters of a height in mm."""

    def mask(self, character: str, height: int, narrowing: float = 1.0) -> Mask:
        """The character's ink, cut to its edges."""


@dataclass
class StrokeAlphabet:
    """The project's strokes with a pen; `pen` is its width as a share of a digit's height."""

    pen: float = 0.135
    stretch: float = 1.0
    _drawn: dict[tuple[str, int, float], Mask] = field(default_factory=dict, repr=False)

    def mask(self, character: str, height: int, narrowing: float = 1.0) -> Mask:
        """See Alphabet."""
        key = (character, height, narrowing)
        if key not in self._drawn:
            self._drawn[key] = self._draw(character, height, narrowing)
        return self._drawn[key]

    def _draw(self, character: str, height: int, narrowing: float) -> Mask:
        # Letters are smaller than digits but embossed with nearly the same pen.
        pen = self.pen * (0.35 * 76 + 0.65 * height)
        width = max(round(WIDTHS[character] * height * self.stretch * narrowing), round(2.2 * pen))
        canvas = np.zeros((height * OVERSAMPLING, width * OVERSAMPLING), np.uint8)
        room = np.array([width - pen, height - pen])
        for stroke in GLYPHS[character]:
            points = ((pen / 2 + stroke * room) * OVERSAMPLING * 16).astype(np.int32)
            cv2.polylines(canvas, [points], False, 255, round(pen * OVERSAMPLING), cv2.LINE_AA, 4)
        return _resized(canvas, width, height)


@dataclass
class FontAlphabet:
    """A TrueType or OpenType font, stretched so that its digits and letters are as wide as the standard's."""

    path: Path
    _drawn: dict[tuple[str, int, float], Mask] = field(default_factory=dict, repr=False)
    _font: ImageFont.FreeTypeFont = field(init=False, repr=False)
    _stretch: dict[bool, float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        try:
            self._font = ImageFont.truetype(str(self.path), 200)
        except OSError as error:
            raise ConversionError(f"Font {self.path} cannot be used ({error}): fetch it again.") from error
        self._stretch = {digits: self._needed_stretch(digits) for digits in (True, False)}

    def mask(self, character: str, height: int, narrowing: float = 1.0) -> Mask:
        """See Alphabet."""
        key = (character, height, narrowing)
        if key not in self._drawn:
            ink = self._ink(character)
            width = ink.shape[1] / ink.shape[0] * height * self._stretch[character.isdigit()] * narrowing
            self._drawn[key] = _resized(ink, max(4, round(width)), height)
        return self._drawn[key]

    def _ink(self, character: str) -> Mask:
        left, top, right, bottom = (int(edge) for edge in self._font.getbbox(character))
        picture = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(picture).text((-left, -top), character, 255, font=self._font)
        pixels = np.asarray(picture)
        rows, columns = np.flatnonzero(pixels.max(axis=1) > 96), np.flatnonzero(pixels.max(axis=0) > 96)
        return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]

    def _needed_stretch(self, digits: bool) -> float:
        characters = "0235689" if digits else "ABEKHPCTX"
        natural = np.mean([(m := self._ink(c)).shape[1] / m.shape[0] for c in characters])
        return float(np.mean([WIDTHS[c] for c in characters]) / natural)


@dataclass(frozen=True)
class Alphabets:
    """What plates are written with: the project's own alphabets and, as often, fonts."""

    own: tuple[Alphabet, ...]
    fonts: tuple[Alphabet, ...]

    def draw(self, rng: np.random.Generator) -> Alphabet:
        """One of them."""
        pool = self.own if rng.random() < 0.5 or not self.fonts else self.fonts
        return pool[int(rng.integers(len(pool)))]


def load_alphabets(fonts: Path | None) -> Alphabets:
    """The project's strokes with pens from worn to bold, then FONTS from the folder, if one is given.

    Raises ConversionError when a font is missing or damaged: with fewer, the same settings would give other pictures.
    """
    pens, stretches = (0.105, 0.12, 0.135, 0.15, 0.165), (0.93, 1.0, 1.07)
    own = tuple(StrokeAlphabet(pen, stretch) for pen in pens for stretch in stretches)
    if fonts is None:
        return Alphabets(own, ())
    files = {path.name: path for path in sorted(fonts.expanduser().rglob("*.[ot]tf"))}
    missing = [name for name in FONTS if name not in files]
    if missing:
        raise ConversionError(f"Font {missing[0]} is not in {fonts}; docs/how-to/train.md says where fonts come from.")
    return Alphabets(own, tuple(FontAlphabet(files[name]) for name in FONTS))


def _resized(mask: Mask, width: int, height: int) -> Mask:
    return np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
