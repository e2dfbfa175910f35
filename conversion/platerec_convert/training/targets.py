"""What PlateNet is to answer to a scene: the heat map of the plates' middles, and their corners around these."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from platerec_convert.networks.platenet import CELL

Floats = NDArray[np.float32]

BLUR = 1.5
"""By how many cells even good corners are uncertain; without it the smallest plates have most of the say."""

NEAR = 0.5
"""Cells at least this hot learn the corners."""


@dataclass(frozen=True)
class Target:
    """`heat` `[h,w]`, 1 in the cell of a middle; `corners` `[8,h,w]` in cells; `weight` `[h,w]` of the corners.

    The weights of a plate's cells add up to one over its size (the root of its area) in cells and `BLUR` more: an
    error of a pixel is nothing to a near plate and the end of a far one, but no far one is seen to half a pixel.
    """

    heat: Floats
    corners: Floats
    weight: Floats


def build_target(plates: Floats, side: int) -> Target:
    """The answer to a square scene `side` pixels wide with plates at the corners `[n,4,2]`, pixels."""
    cells = side // CELL
    heat = np.zeros((cells, cells), np.float32)
    weight = np.zeros_like(heat)
    corners = np.zeros((8, cells, cells), np.float32)
    centres = np.stack(np.meshgrid(np.arange(cells), np.arange(cells)), axis=2).astype(np.float32) + 0.5
    for plate in plates / CELL:
        own = _warmth(plate, centres)
        near = (own >= NEAR) & (own > heat)
        rows, columns = np.nonzero(near)
        corners[:, rows, columns] = (plate[None] - centres[rows, columns, None]).reshape(-1, 8).T
        weight[near] = own[near] / own[near].sum() / (np.prod(_size(plate)) ** 0.5 + BLUR)
        heat = np.maximum(heat, own)
    return Target(heat, corners, weight)


def _warmth(plate: Floats, centres: Floats) -> Floats:
    """A bell along the plate, 1 in the cell of its middle."""
    middle = plate.mean(axis=0)
    across = plate[1] + plate[2] - plate[0] - plate[3]
    across /= np.linalg.norm(across)
    away = centres - middle
    along, beside = away @ across, away @ np.array([-across[1], across[0]], np.float32)
    width, height = _size(plate)
    reach, depth = max(0.55, width / 7), max(0.55, height / 5)
    bell = np.exp(-((along / reach) ** 2 + (beside / depth) ** 2) / 2)
    column, row = np.clip(middle.astype(int), 0, np.array(bell.shape[::-1]) - 1)
    bell[row, column] = 1
    return np.asarray(bell, dtype=np.float32)


def _size(plate: Floats) -> tuple[float, float]:
    """Mean length of the level and of the upright edges."""
    edges = np.linalg.norm(np.roll(plate, -1, axis=0) - plate, axis=1)
    return float(edges[0] + edges[2]) / 2, float(edges[1] + edges[3]) / 2
