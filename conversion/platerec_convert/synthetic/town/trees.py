"""Trees as flat crowns of noise that face the camera. Places are metres, colours BGR, linear."""

from dataclasses import dataclass

import numpy as np

from platerec_convert.synthetic.town.lens import Floats
from platerec_convert.synthetic.town.noise import Noise
from platerec_convert.synthetic.town.road import LEFT_KERB, RIGHT_KERB

BARK, LEAF = (0.09, 0.105, 0.12), (0.035, 0.15, 0.095)
LEFT_ROW, RIGHT_ROW = (13.0, 24.0, 41.0, 58.0, 76.0), (27.0, 44.0, 63.0, 84.0)


@dataclass(frozen=True)
class Tree:
    """Where a tree stands, its height and half its crown's width."""

    x: float
    y: float
    height: float
    spread: float


@dataclass(frozen=True)
class Foliage:
    """What trees put before the rest: colour `[n,3]`, the share that they cover `[n]`, and how far they are."""

    colour: Floats
    cover: Floats
    distance: Floats


class Trees:
    """A row on each side."""

    def __init__(self, rng: np.random.Generator, rough: Noise, fine: Noise) -> None:
        self._rough, self._fine = rough, fine
        places = [(LEFT_KERB - 1.1, y) for y in LEFT_ROW] + [(RIGHT_KERB + 1.6, y) for y in RIGHT_ROW]
        self._trees = [Tree(x, y, float(rng.uniform(6, 8)), float(rng.uniform(1.9, 2.6))) for x, y in places]

    def sun_left(self, points: Floats) -> Floats:
        """The share of sun that reaches the ground: trees' shade is a blot with holes."""
        x, y = points[:, 0], points[:, 1]
        holes = self._rough.at(x, y, 7) * 0.22
        left = np.ones(len(points), np.float32)
        for tree in self._trees:
            away = np.hypot(x - tree.x - tree.height * 0.55, y - tree.y - tree.height * 0.5)
            left = np.minimum(left, 1 - np.clip((1 - away / (tree.spread * 1.1) + holes) * 5, 0, 0.85))
        return left

    def foliage(self, origin: Floats, directions: Floats, before: Floats) -> Foliage:
        """All trees that stand before what the rays meet, the farthest first."""
        colour = np.zeros((len(directions), 3), np.float32)
        cover = np.zeros(len(directions), np.float32)
        distance = np.full(len(directions), np.inf, np.float32)
        for tree in sorted(self._trees, key=lambda one: -one.y):
            far = (tree.y - origin[1]) / np.maximum(directions[:, 1], 1e-3)
            x = origin[0] + directions[:, 0] * far - tree.x
            z = origin[2] + directions[:, 2] * far
            rays = np.flatnonzero((np.abs(x) < tree.spread * 1.5) & (z < tree.height * 1.5) & (z > 0) & (far < before))
            tone, shown = self._drawn(tree, x[rays], z[rays])
            colour[rays] = colour[rays] * (1 - shown[:, None]) + tone * shown[:, None]
            cover[rays] = cover[rays] * (1 - shown) + shown
            distance[rays] = np.where(shown > 0.5, far[rays], distance[rays])
        return Foliage(colour, cover, distance)

    def _drawn(self, tree: Tree, x: Floats, z: Floats) -> tuple[Floats, Floats]:
        """A tree's colours, and where it is."""
        leaves, tone = self._crown(tree, x, z)
        trunk = (np.abs(x - 0.12 * np.sin(z * 0.7)) < 0.16 - 0.014 * z) & (z < tree.height * 0.75)
        bark = np.array(BARK, np.float32) * (0.85 - 1.5 * x[:, None])
        leaf = np.array(LEAF, np.float32) * tone[:, None]
        return np.where((leaves > 0.5)[:, None], leaf, bark), np.maximum(leaves, trunk.astype(np.float32))

    def _crown(self, tree: Tree, x: Floats, z: Floats) -> tuple[Floats, Floats]:
        """Where a tree has leaves and how bright they are: clumps that the sun lights from the upper left."""
        shift = x + tree.y * 7.3
        from_middle = z - tree.height * 0.68
        reach = np.hypot(x / tree.spread, from_middle / (tree.height * 0.38))
        clumps = self._rough.at(shift, z, 9)
        lit = clumps - self._rough.at(shift + 0.28, z - 0.28, 9)
        twigs, spray = self._fine.at(shift, z, 3.4), self._fine.at(shift, z, 1.1)
        thick = (1 - reach) * 2.6 + 0.55 * clumps + 0.5 * twigs + 0.12 * spray
        tone = 0.95 + (0.28 * from_middle - 0.22 * x) / tree.spread + 0.6 * lit + 0.34 * twigs + 0.22 * spray
        return np.clip(thick * 20, 0, 1), np.clip(tone, 0.16, 2.2)
