"""A car's body as a signed distance.

In its own frame x goes to its right, y to its front and z up, from the middle of the ground it stands on, in metres.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from platerec_convert.synthetic.town.lens import Floats
from platerec_convert.synthetic.town.solids import Solid, march, merge, plane, profile

WHEEL, RIM = 0.32, 0.215
PLATE = (0.520, 0.112)


@dataclass(frozen=True)
class Shape:
    """The figures of a body.

    `belt` is the height of the windows' lower edge, `bonnet` that of the bonnet's front edge, the plates' that of
    their middles. `screen` and `rear` are where the windscreen and the rear window begin and end along y.
    """

    length: float
    width: float
    height: float
    belt: float
    bonnet: float
    screen: tuple[float, float]
    rear: tuple[float, float]
    front_plate: float
    rear_plate: float


SALOON = Shape(4.5, 1.78, 1.45, 0.92, 0.80, (1.20, 0.40), (-1.55, -0.95), 0.46, 0.78)
HATCHBACK = Shape(4.1, 1.74, 1.48, 0.92, 0.82, (1.15, 0.35), (-1.97, -1.40), 0.46, 0.70)
CROSSOVER = Shape(4.4, 1.84, 1.64, 1.04, 0.94, (1.20, 0.45), (-2.12, -1.58), 0.52, 0.84)
VAN = Shape(4.7, 1.88, 1.92, 1.08, 1.02, (1.85, 1.15), (-2.32, -2.20), 0.50, 0.80)


@dataclass(frozen=True)
class Body:
    """A shape in one paint (BGR, linear)."""

    shape: Shape
    paint: tuple[float, float, float]

    @cached_property
    def hull(self) -> Solid:
        """The body up to the belt."""
        s = self.shape
        front, back, half = s.length / 2, -s.length / 2, s.width / 2
        with_boot = s.rear[0] > back + 0.5
        deck = s.belt - 0.02 if with_boot else s.belt + 0.06
        outline = [
            (front - 0.10, 0.20),
            (front, 0.42),
            (front - 0.03, s.bonnet - 0.20),
            (front - 0.22, s.bonnet - 0.04),
            (s.screen[0], s.belt + 0.03),
            (s.rear[0], deck + 0.03),
            (back + 0.06, deck - 0.03),
            (back, 0.52),
            (back + 0.12, 0.24),
        ]
        sides = [
            plane((1, 0, -0.06), (half, 0, 0.6)),
            plane((1, 0, 0.28), (half, 0, 0.62)),
            plane((1, 0.16, 0), (half, 1.05, 0)),
            plane((0.75, 1, 0), (half - 0.16, front - 0.13, 0)),
            plane((0.22, 1, 0), (0.45, front, 0)),
            plane((1, -0.10, 0), (half, -1.2, 0)),
            plane((0.75, -1, 0), (half - 0.10, back + 0.09, 0)),
            plane((0.12, -1, 0), (0.5, back, 0)),
        ]
        return Solid(np.stack([*profile(outline), *sides]), 0.022)

    @cached_property
    def cabin(self) -> Solid:
        """Windows and roof."""
        s = self.shape
        outline = [
            (s.screen[0] + 0.12, s.belt - 0.1),
            (s.screen[1], s.height - 0.04),
            (s.screen[1] - 0.35, s.height),
            (s.rear[1] + 0.35, s.height - 0.01),
            (s.rear[1], s.height - 0.06),
            (s.rear[0] - 0.06, s.belt - 0.1),
        ]
        lean = 0.34 if s.height < 1.8 else 0.16
        side = plane((1, 0, lean), (s.width / 2 - 0.055, 0, s.belt))
        return Solid(np.stack([*profile(outline), side]), 0.02)

    @property
    def axles(self) -> tuple[float, float]:
        """Where the wheels are along y."""
        return self.shape.length / 2 - 0.82, -self.shape.length / 2 + 0.84

    @property
    def box(self) -> tuple[Floats, Floats]:
        """Two corners of a box about the car."""
        half, end = self.shape.width / 2 + 0.13, self.shape.length / 2 + 0.06
        low, high = (-half, -end, 0.0), (half, end, self.shape.height + 0.03)
        return np.array(low, np.float32), np.array(high, np.float32)

    def distance(self, points: Floats) -> Floats:
        """The signed distance of points `[n,3]` from the car."""
        shell = merge(self.hull.distance(points), self.cabin.distance(points), 0.03)
        low = np.flatnonzero(points[:, 2] < 2.4 * WHEEL)
        shell[low] = self._with_wheels(points[low], shell[low])
        high = np.flatnonzero(np.abs(points[:, 2] - self.shape.belt - 0.09) < 0.3)
        shell[high] = np.minimum(shell[high], self._mirrors(points[high]))
        return shell

    def _with_wheels(self, points: Floats, shell: Floats) -> Floats:
        across, middle = np.abs(points[:, 0]), self.shape.width / 2 - 0.13
        beside = np.maximum(np.abs(across - middle) - 0.08, 0)
        for axle in self.axles:
            around = np.hypot(points[:, 1] - axle, points[:, 2] - WHEEL)
            shell = np.maximum(shell, np.minimum(WHEEL + 0.055 - around, across - middle + 0.16))
            hub = np.where(around < RIM, 0.022, 0)  # the rim lies deeper than the tyre
            shell = np.minimum(shell, np.hypot(np.maximum(around - WHEEL + 0.03, 0), beside) - 0.03 + hub)
        return np.asarray(shell, dtype=np.float32)

    def _mirrors(self, points: Floats) -> Floats:
        s = self.shape
        x, y, z = np.abs(points[:, 0]) - s.width / 2, points[:, 1] - s.screen[0] + 0.42, points[:, 2] - s.belt - 0.10
        outside = [np.maximum(np.abs(axis) - half, 0) for axis, half in ((x, 0.08), (y, 0.02), (z, 0.035))]
        return np.asarray(np.linalg.norm(outside, axis=0) - 0.035, dtype=np.float32)

    def plate_corners(self, front: bool) -> Floats:
        """The corners of a plate's place `[4,3]`, top left first, clockwise as one who looks at it sees them."""
        way = 1.0 if front else -1.0
        width, height = PLATE
        middle = self.shape.front_plate if front else self.shape.rear_plate
        start = np.array([[0, way * 4, middle + up] for up in (-height / 2, height / 2)], np.float32)
        inwards = np.array([[0, -way, 0]] * 2, np.float32)
        to_hull = march(start, inwards, (np.zeros(2, np.float32), np.full(2, 8, np.float32)), self.distance)
        # It stands upright, just before what stands out most behind it.
        out = way * (4 - float(to_hull.min()) + 0.02)
        left, top = way * width / 2, height / 2
        corners = [(left, top), (-left, top), (-left, -top), (left, -top)]
        return np.array([(x, out, middle + up) for x, up in corners], np.float32)
