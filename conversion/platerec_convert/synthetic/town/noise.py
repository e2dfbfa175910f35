"""Fractal noise on a square tile that repeats: asphalt, plaster, leaves."""

import cv2
import numpy as np

from platerec_convert.synthetic.town.lens import Floats

SIDE = 512


class Noise:
    """Noise of mean 0 and deviation 1, sampled at any place."""

    def __init__(self, rng: np.random.Generator, roughness: float = 0.6) -> None:
        tile = np.zeros((SIDE, SIDE))
        for octave in range(8):
            cells = 4 << octave
            coarse = np.pad(rng.normal(0, roughness**octave, (cells, cells)), 2, mode="wrap")
            step = SIDE // cells
            grown = cv2.resize(coarse, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)
            tile += grown[2 * step : 2 * step + SIDE, 2 * step : 2 * step + SIDE]
        self._tile = ((tile - tile.mean()) / tile.std()).astype(np.float32)

    def at(self, u: Floats, v: Floats, size: float) -> Floats:
        """The noise at places whose tile is `size` metres wide."""
        x, y = u * (SIDE / size), v * (SIDE / size)
        left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
        right_share, low_share = x - left, y - top
        left, top, right, low = left % SIDE, top % SIDE, (left + 1) % SIDE, (top + 1) % SIDE
        upper = self._tile[top, left] * (1 - right_share) + self._tile[top, right] * right_share
        lower = self._tile[low, left] * (1 - right_share) + self._tile[low, right] * right_share
        return np.asarray(upper * (1 - low_share) + lower * low_share, dtype=np.float32)
