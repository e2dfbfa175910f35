"""What a car's surface is made of, spot by spot: paint, glass, lamps, rubber, and the gaps between its parts."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from platerec_convert.synthetic.town.body import RIM, WHEEL, Body
from platerec_convert.synthetic.town.lens import Floats

BLACK, RUBBER, CHROME = (0.012, 0.012, 0.012), (0.02, 0.02, 0.02), (0.45, 0.44, 0.43)
GLASS, RED_LAMP, REVERSE_LAMP = (0.012, 0.012, 0.010), (0.012, 0.008, 0.33), (0.25, 0.22, 0.5)
LAMP, LAMP_CORE, ALLOY = (0.16, 0.15, 0.145), (0.42, 0.41, 0.40), (0.33, 0.32, 0.31)
HOLDER = (0.275, 0.071)
"""Half the width and height of the frame about a plate."""

Where = NDArray[np.bool_]
Material = tuple[Where, tuple[float, float, float], float]
"""Where it is, its colour (BGR, linear) and the share of light that it mirrors."""


@dataclass(frozen=True)
class Surface:
    """The colour `[n,3]` (BGR, linear) and the share of light that is mirrored `[n]`."""

    colour: Floats
    mirror: Floats


def find_surface(body: Body, points: Floats, facing: Floats) -> Surface:
    """What the surface is at points `[n,3]` of the body with these normals, both in the car's frame."""
    spots = _Spots(body, points, facing)
    colour = np.tile(np.array(body.paint, np.float32), (len(points), 1))
    mirror = np.full(len(points), 0.06, np.float32)
    for where, tone, share in (*spots.front(), *spots.rear(), *spots.cabin(), *spots.wheels()):
        colour[where], mirror[where] = tone, share
    return Surface(colour * spots.gaps()[:, None], mirror)


@dataclass(frozen=True)
class _Spots:
    """The points of a body. Of the materials, later ones cover earlier ones."""

    body: Body
    points: Floats
    facing: Floats

    @cached_property
    def _x(self) -> Floats:
        return np.abs(self.points[:, 0])

    @cached_property
    def _y(self) -> Floats:
        return self.points[:, 1]

    @cached_property
    def _z(self) -> Floats:
        return self.points[:, 2]

    @cached_property
    def _of_side(self) -> Where:
        return np.asarray(np.abs(self.facing[:, 0]) > 0.6)

    @property
    def _end(self) -> float:
        return self.body.shape.length / 2

    def _patch(self, x: float, half_x: float, z: float, half_z: float, rise: float = 0) -> Where:
        """A rounded rectangle on both sides, seen from front or rear; `rise` is its slope outwards."""
        corner = min(half_x, half_z) * 0.5
        across = np.abs(self._x - x) - half_x + corner
        up = np.abs(self._z - z - rise * (self._x - x)) - half_z + corner
        return np.asarray(np.hypot(np.maximum(across, 0), np.maximum(up, 0)) < corner)

    def front(self) -> list[Material]:
        """Grille, headlamps, the plate's holder."""
        s = self.body.shape
        ahead = self.facing[:, 1] > 0.35
        lamps = s.bonnet - 0.17
        grille = self._patch(0, 0.46, lamps + 0.01, 0.06) & ahead
        intake = self._patch(0, 0.66, 0.31, 0.055) & ahead
        lamp = self._patch(0.66, 0.2, lamps, 0.075, rise=0.12) & (self._y > self._end - 0.75)
        core = lamp & (np.hypot(self._x - 0.6, self._z - lamps) < 0.05)
        return [
            (self._z < 0.30, BLACK, 0.02),
            (grille | intake, BLACK, 0.03),
            (grille & (np.mod(self._z, 0.04) < 0.012), CHROME, 0.3),
            (lamp, LAMP, 0.16),
            (core, LAMP_CORE, 0.35),
            (self._patch(0, HOLDER[0], s.front_plate, HOLDER[1]) & ahead, BLACK, 0.02),
        ]

    def rear(self) -> list[Material]:
        """Bumper, lamps, the plate's holder."""
        s = self.body.shape
        behind = self.facing[:, 1] < -0.35
        bumper = (self._z < 0.40) & behind & (self._x < s.width / 2 - 0.2)
        lamp = self._patch(s.width / 2 - 0.16, 0.19, s.belt - 0.2, 0.095) & (self._y < 0.32 - self._end)
        return [
            (bumper, BLACK, 0.02),
            (lamp, RED_LAMP, 0.10),
            (lamp & (np.abs(self._z - s.belt + 0.2) < 0.02), REVERSE_LAMP, 0.12),
            (self._patch(0, HOLDER[0], s.rear_plate, HOLDER[1]) & behind, BLACK, 0.02),
        ]

    def cabin(self) -> list[Material]:
        """Windows between their pillars."""
        s = self.body.shape
        sides = np.sort(self.body.cabin.sides(self.points), axis=0)
        from_edge = sides[-1] - sides[-2]
        above = self._z > s.belt
        above &= self.body.cabin.distance(self.points) < self.body.hull.distance(self.points)
        below_roof = self._z < s.height - 0.09
        pillar = self._of_side & (np.abs(self._y + 0.18) < 0.035)
        rear_pillar = self._of_side & (self._y < s.rear[1] - 0.05)
        seal = self._z < s.belt + 0.045
        glass = above & ~seal & below_roof & (from_edge > 0.045) & ~pillar & ~rear_pillar
        return [(above & (seal | (pillar & below_roof)), BLACK, 0.02), (glass, GLASS, 0.13)]

    def wheels(self) -> list[Material]:
        """Tyres and spokes."""
        from_front, from_rear = (self._y - axle for axle in self.body.axles)
        along = np.where(self._y > 0, from_front, from_rear)
        around = np.hypot(along, self._z - WHEEL)
        outside = self._x > self.body.shape.width / 2 - 0.28
        spoke = np.mod(np.arctan2(self._z - WHEEL, along) * 5 / (2 * np.pi), 1) < 0.55
        alloy = (around < RIM) & (spoke | (around < 0.07) | (around > RIM - 0.025))
        return [
            (outside & (around < WHEEL + 0.05) & (self._z < 0.7), RUBBER, 0.0),
            (outside & alloy, ALLOY, 0.10),
        ]

    def gaps(self) -> Floats:
        """The share of light that the gaps between doors, boot lid and bonnet leave, and the shade of handles."""
        s = self.body.shape
        doors = self._of_side & (self._z > 0.34) & (self._z < s.belt)
        edges = np.min([np.abs(self._y - y) for y in (s.screen[0] - 0.18, -0.18, -1.12)], axis=0)
        lid = (self.facing[:, 1] < -0.3) & (self._z < s.belt + 0.1) & (self._y < 0.5 - self._end)
        upright = np.where(self._z > 0.56, np.abs(self._x - s.width / 2 + 0.36), 9)
        bonnet = (self._y > self._end - 0.6) & (self._z < s.bonnet + 0.1)
        gap = np.full(len(self.points), 9.0)
        for where, distance in (
            (doors, edges),
            (lid, np.minimum(upright, np.abs(self._z - 0.56))),
            (bonnet, np.abs(self._z - s.bonnet + 0.075)),
        ):
            gap = np.where(where, np.minimum(gap, distance), gap)
        left = np.clip((gap - 0.004) / 0.008, 0.15, 1)
        handle = doors & (np.abs(self._z - s.belt + 0.12) < 0.016) & (np.abs(np.abs(self._y + 0.475) - 0.475) < 0.09)
        return np.asarray(np.where(handle, 0.35, left), dtype=np.float32)
