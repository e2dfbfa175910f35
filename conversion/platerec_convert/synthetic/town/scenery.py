"""What stands still in the street, as rays meet it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from platerec_convert.synthetic.town.houses import LENGTH, Houses
from platerec_convert.synthetic.town.lens import Floats
from platerec_convert.synthetic.town.noise import Noise
from platerec_convert.synthetic.town.road import colour_ground
from platerec_convert.synthetic.town.trees import Foliage, Trees

LEFT_HOUSES, RIGHT_HOUSES = -8.4, 12.6
"""Along x, metres."""

STREET_END = 7 * LENGTH
PARK = (0.05, 0.115, 0.085)
"""The trees that close the street (BGR, linear)."""

HORIZON = 400.0


@dataclass(frozen=True)
class Standing:
    """What each ray meets: its distance, colour, normal, the share of light it mirrors and of sun that reaches it."""

    distance: Floats
    colour: Floats
    normal: Floats
    mirror: Floats
    sun: Floats

    @classmethod
    def nothing(cls, rays: int) -> Self:
        """The sky: an infinite distance."""
        distance, sun = np.full(rays, np.inf, np.float32), np.ones(rays, np.float32)
        black = np.zeros((rays, 3), np.float32)
        return cls(distance, black, black.copy(), np.zeros(rays, np.float32), sun)

    def of(self, rays: NDArray[np.int64]) -> Self:
        """The same of some rays."""
        return type(self)(*(every[rays] for every in vars(self).values()))


class Scenery:
    """Road, houses, a park at the end, and trees, at random."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rough, self._fine = Noise(rng), Noise(rng, roughness=0.85)
        self._houses = Houses(rng, self._rough, self._fine)
        self._trees = Trees(rng, self._rough, self._fine)

    def cast(self, origin: Floats, directions: Floats) -> Standing:
        """The nearest thing along each ray, trees not counted."""
        met = Standing.nothing(len(directions))
        self._meet_ground(met, origin, directions)
        self._meet_houses(met, origin, directions, right=False)
        self._meet_houses(met, origin, directions, right=True)
        self._meet_park(met, origin, directions)
        return met

    def foliage(self, origin: Floats, directions: Floats, before: Floats) -> Foliage:
        """The trees before that."""
        return self._trees.foliage(origin, directions, before)

    def clouds(self, directions: Floats) -> Floats:
        """Noise for the sky, drawn out towards the horizon."""
        height = np.maximum(directions[:, 2], 0) + np.float32(0.25)
        u, v = (np.asarray(directions[:, axis] / height, dtype=np.float32) for axis in (0, 1))
        return self._rough.at(u, v, 9)

    def _meet_ground(self, met: Standing, origin: Floats, directions: Floats) -> None:
        far = -origin[2] / np.minimum(directions[:, 2], -1e-6)
        rays = np.flatnonzero(far < HORIZON)
        points = origin + directions[rays] * far[rays, None]
        met.distance[rays], met.normal[rays] = far[rays], (0, 0, 1)
        met.colour[rays] = colour_ground(points, far[rays], self._rough, self._fine)
        met.sun[rays] = self._trees.sun_left(points)

    def _meet_houses(self, met: Standing, origin: Floats, directions: Floats, right: bool) -> None:
        with np.errstate(divide="ignore"):
            far = ((RIGHT_HOUSES if right else LEFT_HOUSES) - origin[0]) / directions[:, 0]
        rays = np.flatnonzero((far > 0) & (far < np.minimum(met.distance, HORIZON)))
        points = origin + directions[rays] * far[rays, None]
        house = self._houses.number(points[:, 1], right)
        stands = np.flatnonzero((points[:, 2] < self._houses.height(house)) & (points[:, 1] < STREET_END))
        rays, points = rays[stands], points[stands]
        met.colour[rays], met.mirror[rays] = self._houses.colour_wall(points[:, 1], points[:, 2], house[stands])
        met.distance[rays], met.normal[rays], met.sun[rays] = far[rays], (-1 if right else 1, 0, 0), 1

    def _meet_park(self, met: Standing, origin: Floats, directions: Floats) -> None:
        far = (STREET_END - origin[1]) / np.maximum(directions[:, 1], 1e-3)
        x, z = origin[0] + directions[:, 0] * far, origin[2] + directions[:, 2] * far
        crowns = 12 + 3.5 * self._rough.at(x, x * 0.1, 90) + 0.9 * self._fine.at(x, z, 30)
        rays = np.flatnonzero((far < met.distance) & (z < crowns) & (z > 0))
        tone = 1 + 0.35 * self._fine.at(x[rays], z[rays], 24) + z[rays] * 0.03
        met.colour[rays] = np.array(PARK, np.float32) * tone[:, None]
        met.distance[rays], met.normal[rays], met.sun[rays] = far[rays], (0, -0.8, 0.6), 1
