"""Samples for the reader: crops as the detector hands them on, with what is known of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from platerec_convert.synthetic.camera import Corners, cut_box, cut_quad, draw_pose, photograph, project, shrink
from platerec_convert.synthetic.glyphs import load_alphabets
from platerec_convert.synthetic.panel import Panel, Picture, draw_panel
from platerec_convert.synthetic.plates import Plate, PlateType, draw_plate
from platerec_convert.synthetic.weather import Weather


class SyntheticSettings(BaseModel):
    """What the pictures are like; the same settings and seed give the same pictures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int
    severity: float = Field(1.0, ge=0, le=2)
    easy_share: float = Field(0.2, ge=0, le=1)
    narrowest: float = Field(20, gt=4)
    widest: float = Field(200, gt=4)
    box_share: float = Field(0.6, ge=0, le=1)
    two_row_share: float = Field(0.0, ge=0, le=1)
    views_per_plate: int = Field(3, ge=1)
    fonts: Path | None = None
    """A folder of fonts to draw with beside the project's own strokes; it must hold those named in FONTS."""

    @model_validator(mode="after")
    def _widths_in_order(self) -> Self:
        if self.narrowest > self.widest:
            raise ValueError("narrowest is more than widest")
        return self

    def draw_width(self, rng: np.random.Generator, easy: bool) -> float:
        """A plate's width in pixels; as many between 20 and 40 as between 40 and 80."""
        low = min(self.narrowest * 2, self.widest) if easy else self.narrowest
        return float(np.exp(rng.uniform(np.log(low), np.log(self.widest))))


@dataclass(frozen=True)
class Sample:
    """A crop `[24,94,3]` BGR, its plate, the plate's corners in it (each side -1..1) and its width in the frame."""

    crop: Picture
    plate: Plate
    corners: Corners
    width: float


class SampleSource:
    """Draws samples; a batch is a function of the settings and its number alone, whoever draws it and when."""

    def __init__(self, settings: SyntheticSettings) -> None:
        self.settings = settings
        self._alphabets = load_alphabets(settings.fonts)
        self._harsh = Weather(settings.severity)
        self._mild = Weather(settings.severity * 0.3)
        cv2.setNumThreads(1)

    def batch(self, number: int, size: int) -> list[Sample]:
        """The samples of this batch."""
        rng = np.random.default_rng([self.settings.seed, number])
        for weather in (self._harsh, self._mild):
            weather.seed(int(rng.integers(2**31)))
        views = self._views(rng)
        return [next(views) for _ in range(size)]

    def _views(self, rng: np.random.Generator) -> Iterator[Sample]:
        while True:
            two_rows = rng.random() < self.settings.two_row_share
            plate = draw_plate(rng, PlateType.TWO_ROWS if two_rows else PlateType.ONE_ROW)
            panel = draw_panel(plate, self._alphabets, rng)
            for _ in range(self.settings.views_per_plate):
                yield self._view(plate, panel, rng)

    def _view(self, plate: Plate, panel: Panel, rng: np.random.Generator) -> Sample:
        easy = rng.random() < self.settings.easy_share
        weather = self._mild if easy else self._harsh
        width = self.settings.draw_width(rng, easy)
        seen_panel = shrink(panel, width)
        worn = Panel(weather.on_panel(seen_panel.picture), seen_panel.corners)
        size = (float(np.ptp(panel.corners[:, 0])), float(np.ptp(panel.corners[:, 1])))
        corners = project(draw_pose(rng, 0.6 if easy else 1.0), size, width)
        # A plate lies anywhere on the grid of pixels.
        corners = corners + rng.uniform(0, 1, 2).astype(np.float32)
        picture, corners = photograph(worn, corners, focus=float(rng.uniform(0.2, 0.45 if easy else 0.7)))
        picture = weather.on_picture(picture, width)
        crop, seen = self._cut(picture, corners, rng)
        return Sample(crop, plate, seen, width)

    def _cut(self, picture: Picture, corners: Corners, rng: np.random.Generator) -> tuple[Picture, Corners]:
        """A crop of the plate's box or of its corners, found as well as a detector finds them."""
        if rng.random() < self.settings.box_share:
            return cut_box(picture, draw_box(corners, rng), corners)
        return cut_quad(picture, draw_quad(corners, rng), corners)


def draw_box(corners: Corners, rng: np.random.Generator) -> NDArray[np.float64]:
    """The box about the corners as a detector finds it, widened by a margin: mostly the pipeline's, 0.1 a side."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    side = high - low
    usual = rng.random() < 0.7
    margin = rng.normal(0.1, 0.01, 2) if usual else rng.uniform([0.0, 0.0], [0.2, 0.3])
    low = low - margin * side + rng.normal(0, [0.025, 0.05], 2) * side
    high = high + margin * side + rng.normal(0, [0.025, 0.05], 2) * side
    return np.concatenate([low, high])


def draw_quad(corners: Corners, rng: np.random.Generator) -> Corners:
    """The corners as our detector finds them, some well and some badly, moved outwards by the margin of its graph.

    Its errors on synthetic scenes are a share of the plate and about 0.8 pixels of its network, which are 1.6 of a
    frame of 1080p; most of an error is shared by the two corners of a side.
    """
    across, down = corners[1] - corners[0], corners[3] - corners[0]
    outwards = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    margin = rng.normal([0.08, 0.18], [0.02, 0.04])
    left, right = rng.normal(size=(2, 2))
    shared = np.array([left, right, right, left])
    error = np.sqrt([0.8, 0.6]) * shared + np.sqrt([0.2, 0.4]) * rng.normal(size=(4, 2))
    size = np.linalg.norm([across, down], axis=1)
    moves = outwards * margin + error * np.hypot([0.03, 0.07], 1.6 / size) * rng.uniform(0.5, 1.3)
    return np.asarray(corners + moves[:, :1] * across + moves[:, 1:] * down, dtype=np.float32)
