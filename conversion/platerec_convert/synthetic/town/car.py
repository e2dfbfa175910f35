"""A car in the street: its body, where it stands and which way it heads."""

from dataclasses import dataclass

import numpy as np

from platerec_convert.synthetic.town.body import Body
from platerec_convert.synthetic.town.lens import Floats
from platerec_convert.synthetic.town.solids import march, slab


@dataclass(frozen=True)
class Car:
    """A body in the street; `heading` is in degrees from the street's y to its x."""

    body: Body
    x: float
    y: float
    heading: float

    @property
    def oncoming(self) -> bool:
        """Whether a camera that looks along the street sees its front."""
        return bool(np.cos(np.radians(self.heading)) < 0)

    @property
    def _axes(self) -> Floats:
        """Rows: the car's axes in the street."""
        angle = np.radians(self.heading)
        across, ahead = (np.cos(angle), -np.sin(angle), 0.0), (np.sin(angle), np.cos(angle), 0.0)
        return np.array([across, ahead, (0, 0, 1)], np.float32)

    @property
    def _middle(self) -> Floats:
        return np.array([self.x, self.y, 0], np.float32)

    def to_car(self, points: Floats) -> Floats:
        """Points of the street in the car's frame."""
        return np.asarray((points - self._middle) @ self._axes.T, dtype=np.float32)

    def to_street(self, points: Floats) -> Floats:
        """Points of the car's frame in the street."""
        return np.asarray(points @ self._axes + self._middle, dtype=np.float32)

    def turn_to_car(self, directions: Floats) -> Floats:
        """Directions of the street in the car's frame."""
        return np.asarray(directions @ self._axes.T, dtype=np.float32)

    def turn_to_street(self, directions: Floats) -> Floats:
        """Directions of the car's frame in the street."""
        return np.asarray(directions @ self._axes, dtype=np.float32)

    def cast(self, origin: Floats, directions: Floats, before: Floats) -> Floats:
        """How far each ray goes to the car; infinite where it misses it or ends `before` it."""
        start, way = self.to_car(origin[None]), self.turn_to_car(directions)
        near, far = slab(start, way, *self.body.box)
        far = np.minimum(far, before)
        reached = np.full(len(directions), np.inf, np.float32)
        rays = np.flatnonzero(near < far)
        starts = np.repeat(start, len(rays), axis=0)
        reached[rays] = march(starts, way[rays], (near[rays], far[rays]), self.body.distance)
        return reached
