"""Rounded convex solids as signed distances, and rays that are marched to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from platerec_convert.synthetic.town.lens import Floats

Distance = Callable[[Floats], Floats]
"""Points `[n,3]` to distances `[n]`, negative inside, never more than the true distance."""

STEPS = 48
NEAR = 0.002


@dataclass(frozen=True)
class Solid:
    """What lies behind every plane `[m,4]` (normal, offset); its edges are rounded by about `rounding`.

    It is the same on both sides of x = 0: planes are given for the side where x is positive.
    """

    planes: Floats
    rounding: float

    def sides(self, points: Floats) -> Floats:
        """The distance of each plane from each point, `[m,n]`."""
        mirrored = points.T.copy()
        np.abs(mirrored[0], out=mirrored[0])
        return np.asarray(self.planes[:, :3] @ mirrored - self.planes[:, 3:], dtype=np.float32)

    def distance(self, points: Floats) -> Floats:
        """The smooth maximum of the planes' distances."""
        sides = self.sides(points)
        most = np.asarray(sides.max(axis=0), dtype=np.float32)
        near = np.flatnonzero(np.abs(most) < 6 * self.rounding)  # rounding far away would only cost time
        rest = np.exp((sides[:, near] - most[near]) / self.rounding).sum(axis=0)
        most[near] += self.rounding * np.log(rest)
        return most


def plane(normal: Sequence[float], through: Sequence[float]) -> Floats:
    """The plane with this outward normal (any length) through a point."""
    unit = np.array(normal, np.float64) / np.linalg.norm(normal)
    return np.array([*unit, unit @ np.array(through)], np.float32)


def profile(outline: Sequence[tuple[float, float]]) -> list[Floats]:
    """Planes of a convex outline of (y, z), counterclockwise as seen from +x with y to the right."""
    following = [*outline[1:], outline[0]]
    return [plane((0, z2 - z1, y1 - y2), (0, y1, z1)) for (y1, z1), (y2, z2) in zip(outline, following, strict=True)]


def merge(one: Floats, two: Floats, softness: float) -> Floats:
    """The smooth minimum of two distances."""
    share = np.maximum(softness - np.abs(one - two), 0) / softness
    return np.asarray(np.minimum(one, two) - share * share * softness / 4, dtype=np.float32)


def march(origins: Floats, directions: Floats, reach: tuple[Floats, Floats], distance: Distance) -> Floats:
    """How far each ray goes from the near end of its reach to the surface; infinite where it ends without one."""
    travelled, far = reach[0].copy(), reach[1]
    found = np.full(len(travelled), np.inf, np.float32)
    alive = np.flatnonzero(travelled < far)
    for _ in range(STEPS):
        if not len(alive):
            break
        gap = distance(origins[alive] + directions[alive] * travelled[alive, None])
        hit = gap < NEAR
        found[alive[hit]] = travelled[alive[hit]]
        travelled[alive] += np.maximum(gap, NEAR)
        alive = alive[~hit & (travelled[alive] < far[alive])]
    return found


def light_left(points: Floats, towards: Floats, reach: float, distance: Distance) -> Floats:
    """How much of a wide light in this direction (`[3]`) each point sees, 0 to 1."""
    left = np.ones(len(points), np.float32)
    travelled = np.full(len(points), 0.04, np.float32)
    for _ in range(24):
        gap = distance(points + towards * travelled[:, None])
        left = np.minimum(left, np.clip(0.5 + 7 * gap / travelled, 0, 1))
        travelled += np.clip(gap, 0.03, 0.5)
        if not ((travelled < reach) & (left > 0)).any():
            break
    return left


def normals(points: Floats, distance: Distance) -> Floats:
    """The surface's normals `[n,3]` by differences at the corners of a small tetrahedron."""
    corners = np.array([[1, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]], np.float32)
    slope = sum(corner * distance(points + corner * 0.004)[:, None] for corner in corners)
    return np.asarray(slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def slab(origins: Floats, directions: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Where rays enter and leave the box between two corners; those that miss it leave before they enter."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.stack([(low - origins) / directions, (high - origins) / directions])
    near = np.maximum(ends.min(axis=0).max(axis=1), 0)
    return np.asarray(near, dtype=np.float32), np.asarray(ends.max(axis=0).min(axis=1), dtype=np.float32)
