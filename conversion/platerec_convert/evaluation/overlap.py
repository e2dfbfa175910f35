"""How much boxes overlap, and which belong together. Pure."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def intersection_over_union(one: Floats, other: Floats) -> Floats:
    """Of all pairs of boxes (x1, y1, x2, y2): `[n,4]`, `[m,4]` -> `[n,m]`; 0 for boxes without an area."""
    corner = np.maximum(one[:, None, :2], other[None, :, :2])
    opposite = np.minimum(one[:, None, 2:], other[None, :, 2:])
    shared = np.clip(opposite - corner, 0, None).prod(axis=2)
    union = _areas(one)[:, None] + _areas(other)[None, :] - shared
    result: Floats = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return result


def _areas(boxes: Floats) -> Floats:
    result: Floats = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)
    return result


def match_boxes(one: Floats, other: Floats, least: float) -> Iterator[tuple[int, int]]:
    """Pairs of row numbers that overlap at least so much, the greatest overlap first; a box is in one pair only."""
    overlap = intersection_over_union(one, other)
    while overlap.size and overlap.max() >= least:
        row, column = np.unravel_index(overlap.argmax(), overlap.shape)
        yield int(row), int(column)
        overlap[row, :] = -1
        overlap[:, column] = -1
