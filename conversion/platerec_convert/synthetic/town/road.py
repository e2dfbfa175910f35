"""The ground: road, slanting bays, kerbs, pavements and strips of grass. Places are metres, colours BGR, linear."""

import numpy as np

from platerec_convert.synthetic.town.lens import Floats
from platerec_convert.synthetic.town.noise import Noise

LEFT_KERB, BAYS, RIGHT_KERB = -4.0, 3.6, 8.6
"""Along x: the lanes lie between the left kerb and the bays, which end at the right kerb."""

BAY_WIDTH = 3.9
"""Along the street; the bays slant by 45 degrees."""

ASPHALT, PAINT = (0.168, 0.166, 0.166), (0.60, 0.62, 0.63)
SLAB, KERB, GRASS = (0.30, 0.315, 0.32), (0.36, 0.37, 0.375), (0.055, 0.125, 0.085)


def colour_ground(points: Floats, far: Floats, rough: Noise, fine: Noise) -> Floats:
    """The ground's colour `[n,3]`; its grain fades with distance, where it would be finer than pixels."""
    x, y = points[:, 0], points[:, 1]
    grain = fine.at(x, y, 1.7) * np.clip(1 - far / 22, 0, 1) * 0.10 + fine.at(x, y, 9) * 0.05
    grain += rough.at(x, y, 16) * 0.07 + rough.at(x * 4, y, 60) * 0.05
    asphalt = _tinted(ASPHALT, 1 + grain)
    tracks = np.clip(np.abs(np.abs(x) - 1.75) - 0.75, -0.3, 0.3)  # tyres polish two of them a lane
    asphalt *= (1 - 0.18 * tracks * (x > LEFT_KERB) * (x < BAYS))[:, None]
    asphalt[(np.abs(rough.at(x, y, 23)) < 0.008) & (rough.at(y, x, 31) > 0.9) & (far < 40)] *= 0.62  # cracks
    oil = np.clip(rough.at(x + 7, y, 11) - 1.5, 0, 1) * (x > BAYS)
    asphalt *= (1 - 0.5 * oil)[:, None]
    worn = np.clip(0.86 + 0.22 * fine.at(x, y, 5), 0.25, 1)
    painted = (_marks(x, y) * worn)[:, None]
    road = asphalt * (1 - painted) + np.array(PAINT, np.float32) * painted
    outside = np.maximum(LEFT_KERB - x, x - RIGHT_KERB)
    beside = np.where((outside < 0.24)[:, None], _kerb(y, outside, grain), _pavement(x, y, grain, fine))
    return np.asarray(np.where((outside > 0)[:, None], beside, road), dtype=np.float32)


def _marks(x: Floats, y: Floats) -> Floats:
    dashes = (np.abs(x) < 0.065) & (np.mod(y, 4.5) < 3.0)
    edge = np.abs(x - BAYS) < 0.05
    along = np.mod(y - x + BAYS - 0.7, BAY_WIDTH)
    bay = (np.minimum(along, BAY_WIDTH - along) < 0.075) & (x > BAYS) & (x < RIGHT_KERB - 0.5)
    crossing = (y > 46) & (y < 50) & (np.mod(x, 1.0) < 0.5) & (x > LEFT_KERB) & (x < BAYS)
    return np.asarray(dashes | edge | bay | crossing, dtype=np.float32)


def _kerb(y: Floats, outside: Floats, grain: Floats) -> Floats:
    kerb = _tinted(KERB, 1 + grain * 0.8)
    kerb[outside < 0.10] *= 0.62
    kerb[np.mod(y, 1.0) < 0.02] *= 0.75
    return kerb


def _pavement(x: Floats, y: Floats, grain: Floats, fine: Noise) -> Floats:
    """Slabs, and on the left strips of grass for the trees."""
    slabs = _tinted(SLAB, (1 + grain * 0.9) * (1 + 0.07 * fine.at(np.floor(x * 2), np.floor(y * 2), 8)))
    slabs[(np.minimum(np.mod(x, 0.5), np.mod(y, 0.5)) < 0.015) & (np.abs(y) < 40)] *= 0.7
    grass = _tinted(GRASS, 1 + 2.4 * grain + 0.3 * fine.at(x, y, 3))
    strip = (x < LEFT_KERB - 0.35) & (x > LEFT_KERB - 1.9) & (np.mod(y + 3, 17) < 13)
    return np.where(strip[:, None], grass, slabs)


def _tinted(colour: tuple[float, float, float], tone: Floats) -> Floats:
    return np.asarray(np.array(colour, np.float32) * tone[:, None], dtype=np.float32)
