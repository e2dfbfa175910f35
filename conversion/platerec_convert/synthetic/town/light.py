"""Sun, sky and haze. Colours are BGR, linear; 1 is white paper in the sun."""

import numpy as np

from platerec_convert.synthetic.town.lens import Floats

TOWARDS_SUN = np.array([-0.66, -0.42, 0.622], np.float32)
SUN = np.array([0.86, 1.02, 1.14], np.float32)
SKY = np.array([0.40, 0.32, 0.26], np.float32)
BOUNCE = np.array([0.10, 0.11, 0.12], np.float32)
HAZE = np.array([0.82, 0.72, 0.62], np.float32)
HAZE_REACH = 700.0


def diffuse(normals: Floats, sunlit: Floats, open_sky: Floats) -> Floats:
    """The light that falls on surfaces `[n,3]`, of which `sunlit` and `open_sky` are the shares not hidden."""
    facing = np.clip(normals @ TOWARDS_SUN, 0, 1) * sunlit
    up = (0.5 + 0.5 * normals[:, 2]) * open_sky
    light = facing[:, None] * SUN + up[:, None] * SKY + (1 - up)[:, None] * open_sky[:, None] * BOUNCE
    return np.asarray(light, dtype=np.float32)


def sky(directions: Floats, clouds: Floats) -> Floats:
    """The sky in these directions; `clouds` is noise of mean 0."""
    height = np.clip(directions[:, 2:], 0, 1) ** 0.55
    clear = HAZE * (1 - height) + np.array([0.66, 0.36, 0.16], np.float32) * height
    cover = np.clip(0.32 + clouds * 0.32, 0, 1)[:, None] * np.clip(directions[:, 2:] * 9, 0, 1)
    return np.asarray(clear * (1 - cover) + np.array([0.92, 0.90, 0.88], np.float32) * cover, dtype=np.float32)


def mirrored(directions: Floats) -> Floats:
    """What shiny things mirror: sky, a dark band of houses along both sides of the street, the road."""
    across, height = np.abs(directions[:, 0]), directions[:, 2]
    turn = np.arctan2(directions[:, 0], directions[:, 1])
    crowns = 0.05 * np.sin(turn * 11) + 0.04 * np.sin(turn * 27 + 1) + 0.03 * np.sin(turn * 61 + height * 40)
    houses = 0.16 + 0.75 * across + crowns
    clear = sky(directions, np.zeros(len(directions), np.float32))
    wall = np.array([0.13, 0.15, 0.17], np.float32)
    road = np.array([0.13, 0.13, 0.135], np.float32)
    above = np.clip((height - houses * 0.75) * 14, 0, 1)[:, None]
    below = np.clip(-height * 18, 0, 1)[:, None]
    scenery = clear * above + wall * (1 - above)
    return np.asarray(scenery * (1 - below) + road * below, dtype=np.float32)


def glint(directions: Floats, sunlit: Floats) -> Floats:
    """The sun's own mirror image, `[n]`."""
    near = np.clip(directions @ TOWARDS_SUN, 0, 1)
    return np.asarray((near**350 * 14 + near**40 * 0.25) * sunlit, dtype=np.float32)


def hazy(colours: Floats, distances: Floats) -> Floats:
    """Colours as seen through the air; the sky, infinitely far, has its haze already."""
    share = np.where(np.isfinite(distances), 1 - np.exp(-distances / HAZE_REACH), 0)[:, None]
    return np.asarray(colours * (1 - share) + HAZE * share, dtype=np.float32)


def developed(colours: Floats) -> Floats:
    """Light to the 0..255 of a picture: exposure, a shoulder that keeps highlights, a curve, contrast, saturation."""
    light = np.maximum(colours * 1.45, 0)
    soft = np.where(light < 0.6, light, 0.6 + 0.4 * np.tanh((light - 0.6) / 0.62 * 0.9))
    seen = np.clip(soft, 0, 1) ** (1 / 2.2)
    grey = seen.mean(axis=-1, keepdims=True)
    seen = np.clip(grey + (seen - grey) * 1.18, 0, 1)
    return np.asarray(255 * (seen + 0.5 * (seen - 0.5) * seen * (1 - seen)), dtype=np.float32)
