"""Scenes for the detector: streets with no, one or several plates, and the corners of each."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from platerec_convert.synthetic.camera import Corners, draw_pose, draw_steep, project, sheared, shrink
from platerec_convert.synthetic.glyphs import load_alphabets
from platerec_convert.synthetic.panel import Panel, Picture, draw_panel
from platerec_convert.synthetic.plates import PlateType, draw_plate
from platerec_convert.synthetic.street import (
    draw_backdrop,
    draw_car,
    draw_clutter,
    draw_cover,
    draw_sign,
    draw_stamp,
)
from platerec_convert.synthetic.weather import Weather

PLATES = (0.25, 0.5, 0.18, 0.07)
"""Shares of scenes with none, one, two and three plates."""

FINER = 3
"""Samples a side of a pixel."""

STEEP = 0.3
"""Share of plates that lean by up to 30 degrees."""

TINT = 0.12
"""How much the light on a plate differs from that on the street, in each colour: the deviation of its logarithm."""

FAINTEST, CLEAREST = 5.0, 0.5
"""Grey levels of a plate that must be left in the camera's picture, and their least correlation with the street."""

ATTEMPTS = 20
"""How many scenes are drawn at most until all plates of one can be seen."""

HIDDEN = 0.22
"""Share of plates of which something hides a part."""

FRAME = 0.035
"""What is pasted around a plate, as a share of its width: its frame and a little car."""


class SceneSettings(BaseModel):
    """What the scenes are like; the same settings and seed give the same pictures. Lengths are pixels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int
    side: int = Field(256, ge=64)
    severity: float = Field(0.7, ge=0, le=2)
    narrowest: float = Field(14, gt=4)
    widest: float = Field(110, gt=4)
    two_row_share: float = Field(0.08, ge=0, le=1)
    panels: int = Field(400, ge=1)
    """Plates that are drawn once and seen again and again: drawing a new one each time costs more than all else."""
    fonts: Path | None = None

    @model_validator(mode="after")
    def _widths_in_order(self) -> Self:
        if self.narrowest > self.widest:
            raise ValueError("narrowest is more than widest")
        return self


@dataclass(frozen=True)
class Scene:
    """A square picture `[side,side,3]` BGR and its plates' corners `[n,4,2]`, x, y from the picture's top left."""

    picture: Picture
    corners: NDArray[np.float32]


@dataclass(frozen=True)
class Placed:
    """A plate and where it stands."""

    panel: Panel
    corners: Corners

    @property
    def width(self) -> float:
        """Of its upper edge, pixels."""
        return float(np.linalg.norm(self.corners[1] - self.corners[0]))


class SceneSource:
    """Draws scenes; a batch is a function of the settings and its number alone."""

    def __init__(self, settings: SceneSettings) -> None:
        self.settings = settings
        self._alphabets = load_alphabets(settings.fonts)
        self._weather = Weather(settings.severity)
        self._panels: list[Panel] = []
        cv2.setNumThreads(1)

    def batch(self, number: int, size: int) -> list[Scene]:
        """The scenes of this batch."""
        rng = np.random.default_rng([self.settings.seed, number])
        self._weather.seed(int(rng.integers(2**31)))
        self._panels = self._panels or self._bank()
        return [self._scene(rng) for _ in range(size)]

    def _bank(self) -> list[Panel]:
        """Plates drawn flat, large enough for the widest; a function of the settings alone."""
        rng, panels = np.random.default_rng(self.settings.seed), list[Panel]()
        for _ in range(self.settings.panels):
            type_ = PlateType.TWO_ROWS if rng.random() < self.settings.two_row_share else PlateType.ONE_ROW
            panels.append(shrink(draw_panel(draw_plate(rng, type_), self._alphabets, rng), self.settings.widest))
        return panels

    def _scene(self, rng: np.random.Generator) -> Scene:
        """A scene whose plates can all be seen: a plate in the dark that no eye could find teaches to guess."""
        for _ in range(ATTEMPTS):
            picture, placed = self._street(rng)
            seen = self._seen(picture.copy(), rng)
            if all(visible(picture, seen, one.corners) for one in placed):
                break
        corners = [one.corners for one in placed]
        return Scene(seen, np.stack(corners) if corners else np.zeros((0, 4, 2), np.float32))

    def _street(self, rng: np.random.Generator) -> tuple[Picture, list[Placed]]:
        """The picture as it would be without camera and weather."""
        picture = draw_backdrop(self.settings.side, rng)
        draw_clutter(picture, rng)
        for _ in range(int(rng.integers(0, 4))):
            draw_sign(picture, rng)
        placed = self._plates(rng)
        for one in placed:
            if rng.random() < 0.8:
                draw_car(picture, one.corners, rng)
        for one in placed:
            self._paste(picture, one, rng)
            if rng.random() < HIDDEN:
                draw_cover(picture, one.corners, rng)
        return picture, placed

    def _seen(self, picture: Picture, rng: np.random.Generator) -> Picture:
        """The picture as a camera hands it on."""
        if rng.random() < 0.1:
            draw_stamp(picture, rng)
        if rng.random() < 0.25:
            _coarsen(picture, float(rng.uniform(0.55, 0.9)))
        return self._weather.on_picture(self._weather.in_light(picture), width=60)

    def _plates(self, rng: np.random.Generator) -> list[Placed]:
        """None, one or several, apart from each other."""
        placed: list[Placed] = []
        for _ in range(int(rng.choice(len(PLATES), p=PLATES))):
            candidate = self._place(rng)
            if not any(_touch(candidate.corners, other.corners) for other in placed):
                placed.append(candidate)
        return placed

    def _place(self, rng: np.random.Generator) -> Placed:
        """A plate that lies whole in the picture."""
        settings = self.settings
        # Most plates in a street are far away, and those are hard to see.
        width = settings.narrowest * (settings.widest / settings.narrowest) ** float(rng.random() ** 1.6)
        panel = self._panels[int(rng.integers(len(self._panels)))]
        spread = float(rng.uniform(0.5, 1.2))
        pose, shear = draw_steep(rng, spread) if rng.random() < STEEP else (draw_pose(rng, spread), 0.0)
        corners = sheared(project(pose, tuple(np.ptp(panel.corners, axis=0)), width), shear)
        low, high = -corners.min(axis=0) + 2, settings.side - corners.max(axis=0) - 2
        return Placed(panel, np.asarray(corners + rng.uniform(low, np.maximum(low, high)), dtype=np.float32))

    def _paste(self, picture: Picture, placed: Placed, rng: np.random.Generator) -> None:
        """Put the plate with a narrow border where its corners are; light is summed over each pixel."""
        panel = shrink(placed.panel, placed.width)
        light = (1.05 - 0.6 * rng.random() ** 1.5) * np.exp(rng.normal(0, TINT, 3))
        worn = self._weather.on_panel(panel.picture) * light.astype(np.float32)
        low = np.floor(placed.corners.min(axis=0)).astype(int) - 4
        high = np.ceil(placed.corners.max(axis=0)).astype(int) + 4
        target = np.asarray((placed.corners - low) * FINER, dtype=np.float32)
        homography = cv2.getPerspectiveTransform(panel.corners, target)
        plate = _warped(worn, homography, high - low)
        share = _warped(_border(panel, rng), homography, high - low)[:, :, None]
        x1, y1 = np.maximum(low, 0)
        x2, y2 = np.minimum(high, self.settings.side)
        inside = (slice(y1 - low[1], y2 - low[1]), slice(x1 - low[0], x2 - low[0]))
        spot = picture[y1:y2, x1:x2]
        spot[:] = np.clip(spot * (1 - share[inside]) + plate[inside] * share[inside], 0, 255).astype(np.uint8)


def visible(street: Picture, seen: Picture, corners: Corners) -> bool:
    """Whether a camera's picture shows of the street, where a plate is, more than its own noise."""
    reach = 0.15 * np.ptp(corners, axis=0)
    x1, y1 = np.maximum(corners.min(axis=0) - reach, 0).astype(int)
    x2, y2 = np.ceil(corners.max(axis=0) + reach).astype(int)
    before, after = (cv2.cvtColor(p[y1:y2, x1:x2], cv2.COLOR_BGR2GRAY).ravel().astype(float) for p in (street, seen))
    spread = float(before.std() * after.std())
    likeness = float(np.mean((before - before.mean()) * (after - after.mean()))) / max(spread, 1e-6)
    return likeness >= CLEAREST and likeness * float(after.std()) >= FAINTEST


def _coarsen(picture: Picture, scale: float) -> None:
    """What a small picture looks like that is enlarged for the network."""
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    picture[:] = cv2.resize(small, picture.shape[1::-1])


def _warped(
    picture: NDArray[np.float32], homography: cv2.typing.MatLike, size: NDArray[np.int_]
) -> NDArray[np.float32]:
    wide, tall = int(size[0]), int(size[1])
    fine = cv2.warpPerspective(picture, homography, (wide * FINER, tall * FINER))
    return np.asarray(cv2.resize(fine, (wide, tall), interpolation=cv2.INTER_AREA), dtype=np.float32)


def _border(panel: Panel, rng: np.random.Generator) -> NDArray[np.float32]:
    """1 on the plate and a little around it, 0 elsewhere."""
    mask = np.zeros(panel.picture.shape[:2], np.float32)
    width = float(np.ptp(panel.corners[:, 0]))
    left, top, right, bottom = rng.uniform(0, 2 * FRAME, 4) * width
    x1, y1 = panel.corners[0] - [left, top]
    x2, y2 = panel.corners[2] + [right, bottom]
    mask[round(float(y1)) : round(float(y2)), round(float(x1)) : round(float(x2))] = 1
    return mask


def _touch(corners: Corners, other: Corners) -> bool:
    """Whether two plates' boxes come near each other."""
    apart = (corners.max(axis=0) + 4 < other.min(axis=0)) | (other.max(axis=0) + 4 < corners.min(axis=0))
    return not bool(apart.any())
