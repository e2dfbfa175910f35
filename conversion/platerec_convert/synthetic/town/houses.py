"""Houses along the street: plaster, storeys of windows, shops below. Places are metres, colours BGR, linear."""

import numpy as np
from numpy.typing import NDArray

from platerec_convert.synthetic.town.lens import Floats
from platerec_convert.synthetic.town.noise import Noise

LENGTH = 21.0
STOREY, WINDOW, SHOPS = 3.1, 2.6, 4.2
"""Heights of a storey and of the ground floor, and the distance of windows."""

PLASTER = np.array(
    [[0.36, 0.50, 0.58], [0.33, 0.42, 0.44], [0.24, 0.30, 0.46], [0.45, 0.50, 0.52], [0.30, 0.44, 0.56]], np.float32
)
BANDS = np.array([[0.10, 0.10, 0.35], [0.28, 0.14, 0.07], [0.10, 0.24, 0.12], [0.16, 0.16, 0.16]], np.float32)
ROOM, FRAME, BASE, PIPE = (0.05, 0.048, 0.045), (0.62, 0.64, 0.65), (0.16, 0.165, 0.17), (0.22, 0.22, 0.22)

ROW = 32
"""How many houses differ on a side."""


class Houses:
    """Both sides of the street, at random."""

    def __init__(self, rng: np.random.Generator, rough: Noise, fine: Noise) -> None:
        self._rough, self._fine = rough, fine
        self._plaster = rng.integers(0, len(PLASTER), 2 * ROW)
        self._storeys = rng.integers(4, 7, 2 * ROW)
        self._curtains = rng.random((2 * ROW, 64, 16)).astype(np.float32)

    def number(self, y: Floats, right: bool) -> NDArray[np.int64]:
        """Which house stands at these places of a side."""
        return np.asarray(np.floor(y / LENGTH).astype(int) % ROW + (ROW if right else 0))

    def height(self, house: NDArray[np.int64]) -> Floats:
        """Up to the roof's edge."""
        return np.asarray(self._storeys[house] * STOREY + 2.1, dtype=np.float32)

    def colour_wall(self, y: Floats, z: Floats, house: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """The walls' colour `[n,3]` and the share of light that they mirror `[n]`."""
        top = self.height(house)
        stain = self._rough.at(y, z, 19) * 0.05 + self._fine.at(y, z, 6) * 0.04
        colour = PLASTER[self._plaster[house]] * (1 + stain)[:, None]
        colour[z < 0.9] = BASE
        name_board = (z > 3.15) & (z < 3.75) & (np.abs(np.mod(y / LENGTH, 1) - 0.5) < 0.45)
        colour[name_board] = BANDS[house[name_board] % len(BANDS)]
        colour[(np.abs(z - 4.0) < 0.12) | (z > top - 0.45)] *= 1.18
        colour[np.abs(z - top + 0.55) < 0.1] *= 0.6
        colour[(np.mod(y + 0.4, LENGTH) < 0.14) & (z < top - 0.4)] = PIPE
        shop = (z > 0.9) & (z < 3.0) & (np.abs(np.mod(y / 4.2, 1) - 0.5) < 0.38)
        pane = shop & (np.abs(np.mod(y / 1.4, 1) - 0.5) < 0.47)
        colour[pane] = ROOM
        return self._with_windows(colour, pane, (y, z), house)

    def _with_windows(
        self,
        colour: Floats,
        pane: NDArray[np.bool_],
        place: tuple[Floats, Floats],
        house: NDArray[np.int64],
    ) -> tuple[Floats, Floats]:
        y, z = place
        along, up = y / WINDOW, (z - SHOPS) / STOREY
        column, level = np.floor(along).astype(int), np.floor(up).astype(int)
        aside, v = np.abs(along - column - 0.5), up - level
        upper = (z > SHOPS) & (z < self.height(house) - 1.0)
        colour[upper & (np.abs(v - 0.02) < 0.025)] *= 0.82
        colour[upper & (aside < 0.27) & (np.abs(v - 0.5) < 0.30)] = FRAME
        colour[upper & (aside < 0.31) & (np.abs(v - 0.17) < 0.02)] *= 1.15
        glass = upper & (aside < 0.22) & (np.abs(v - 0.5) < 0.26) & (np.abs(along - column - 0.56) > 0.018)
        # Curtains make some rooms lighter; the wall's thickness shades the upper edge of a window.
        curtain = self._curtains[house[glass], column[glass] % 64, level[glass] % 16]
        shade = np.where(v[glass] > 0.68, 0.5, 1.0)
        colour[glass] = np.array(ROOM, np.float32) * ((1 + 5 * curtain**3) * shade)[:, None]
        return colour, np.where(pane | glass, np.float32(0.16), np.float32(0))
