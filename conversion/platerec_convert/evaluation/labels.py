"""`labels.json`: the plates that stand in pictures and videos. Pure."""

from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.texts import parse_text
from platerec_store.release.document import Document, DocumentError, Part

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]


def _with_an_area(box: Box) -> Box:
    x1, y1, x2, y2 = box
    if not (-inf < x1 < x2 < inf and -inf < y1 < y2 < inf):
        raise PydanticCustomError("box", "these are not x1, y1, x2, y2 with x1 below x2 and y1 below y2")
    return box


class LabelledPlate(Part):
    """A plate in a file; without `text` nobody can read it, and it is only to be found.

    An `optional` plate, one too small to ask for, counts neither when it is found nor when it is not.
    `boxes` are x1, y1, x2, y2 in pixels by the number of the frame, a picture's being 0. Between two of them the
    box moves in a straight line; before the first and after the last the plate is not there. `corners` are x, y from
    the plate's top left, clockwise, where they are known; nothing is measured by them.
    """

    text: str | None = None
    optional: bool = False
    boxes: dict[int, Annotated[Box, AfterValidator(_with_an_area)]] = Field(min_length=1)
    corners: dict[int, Quad] = Field(default_factory=dict)

    @field_validator("text")
    @classmethod
    def _as_read(cls, text: str | None) -> str | None:
        """Labels typed in Cyrillic or small letters name the plates that the reader writes in Latin capitals."""
        try:
            return text if text is None else parse_text(text)
        except ValueError as error:
            raise PydanticCustomError("text", "{reason}", {"reason": str(error)}) from error

    def box_at(self, frame: int) -> Box | None:
        """The box in a frame; None where the plate is not to be seen."""
        if frame in self.boxes:
            return self.boxes[frame]
        for before, after in pairwise(sorted(self.boxes)):
            if before < frame < after:
                share = (frame - before) / (after - before)
                x1, y1, x2, y2 = (
                    a + (b - a) * share for a, b in zip(self.boxes[before], self.boxes[after], strict=True)
                )
                return x1, y1, x2, y2
        return None


class LabelledFile(Part):
    """A picture or a video, named from the folder of `labels.json`, with every plate in it."""

    file: str
    plates: tuple[LabelledPlate, ...] = ()


class Labels(Document):
    """All files that are evaluated."""

    files: tuple[LabelledFile, ...] = Field(min_length=1)


def read_labels(path: Path) -> Labels:
    """The labels in a file. Raises ConversionError when it cannot be read or is wrong."""
    try:
        return Labels.parse(path.read_bytes(), str(path))
    except OSError as error:
        raise ConversionError(f"Labels {path} cannot be read: {error.strerror}.") from error
    except DocumentError as error:
        raise ConversionError(str(error)) from error
