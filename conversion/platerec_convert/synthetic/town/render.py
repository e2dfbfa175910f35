"""Rays to light: what each ray meets, and how bright that is."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from platerec_convert.synthetic.panel import Picture
from platerec_convert.synthetic.town import light
from platerec_convert.synthetic.town.car import Car
from platerec_convert.synthetic.town.lens import Floats, Lens
from platerec_convert.synthetic.town.paint import find_surface
from platerec_convert.synthetic.town.scenery import Scenery, Standing
from platerec_convert.synthetic.town.solids import light_left, normals, slab

FINER = 2
"""Rays a side of a pixel."""

ROWS = 40
"""Rows of pixels that are rendered at a time, for memory's sake."""

SHADE = 5.5
"""How far from a car its shadow falls."""

Rays = NDArray[np.int64]
"""Numbers of rays."""


@dataclass(frozen=True)
class Sticker:
    """A flat picture (BGR, 0..255) on a rectangle of the street: corners `[4,3]`, top left first, clockwise."""

    picture: Picture
    corners: Floats


@dataclass(frozen=True)
class Town:
    """Everything that is in the picture."""

    scenery: Scenery
    cars: tuple[Car, ...]
    stickers: tuple[Sticker, ...] = ()

    def photograph(self, lens: Lens) -> Picture:
        """The picture through a lens, before the sensor's noise."""
        bands = [self._band(lens, top, min(ROWS, lens.height - top)) for top in range(0, lens.height, ROWS)]
        return np.vstack(bands)

    def shows(self, lens: Lens, car: Car, points: Floats) -> bool:
        """Whether points `[n,3]` of a car lie in the frame and no other car hides any of them."""
        pixels = lens.project(points)
        way = points - lens.origin
        far = np.asarray(np.linalg.norm(way, axis=1), dtype=np.float32)
        hidden = [np.isfinite(one.cast(lens.origin, way / far[:, None], far)).any() for one in self.cars if one != car]
        return bool(((pixels > 0) & (pixels < [lens.width, lens.height])).all()) and not any(hidden)

    def _band(self, lens: Lens, top: int, rows: int) -> Picture:
        across = (np.arange(lens.width * FINER, dtype=np.float32) + 0.5) / FINER
        down = (np.arange(rows * FINER, dtype=np.float32) + 0.5) / FINER + top
        pixels = np.stack(np.meshgrid(across, down), axis=-1, dtype=np.float32).reshape(-1, 2)
        # Developed before the mean, so that the edges of highlights stay smooth.
        fine = light.developed(self._trace(lens.origin, lens.rays(pixels)))
        grid = fine.reshape(rows * FINER, lens.width * FINER, 3)
        return np.asarray(cv2.resize(grid, (lens.width, rows), interpolation=cv2.INTER_AREA), dtype=np.uint8)

    def _trace(self, origin: Floats, directions: Floats) -> Floats:
        """The light along each ray."""
        standing = self.scenery.cast(origin, directions)
        far, meets = standing.distance.copy(), np.full(len(directions), -1)
        for number, car in enumerate(self.cars):
            reached = car.cast(origin, directions, far)
            hit = reached < far
            far[hit], meets[hit] = reached[hit], number
        seen = np.zeros_like(directions)
        rays = np.flatnonzero(meets < 0)
        seen[rays], far[rays] = self._street(origin, directions[rays], standing.of(rays))
        for number in np.unique(meets[meets >= 0]):
            rays = np.flatnonzero(meets == number)
            seen[rays] = self._car(self.cars[number], origin, directions[rays], far[rays])
        for sticker in self.stickers:
            rays, light_of_it = self._sticker(sticker, origin, directions, far)
            seen[rays] = light_of_it
        return light.hazy(seen, far)

    def _street(self, origin: Floats, directions: Floats, standing: Standing) -> tuple[Floats, Floats]:
        """The light and the distance of what is no car."""
        seen = light.sky(directions, self.scenery.clouds(directions))
        solid = np.flatnonzero(np.isfinite(standing.distance))
        hit, way = standing.of(solid), directions[solid]
        sun, open_sky = self._shade(origin + way * hit.distance[:, None], hit.normal)
        falls = light.diffuse(hit.normal, sun * hit.sun, open_sky)
        share = _mirrored_share(way, hit.normal, hit.mirror)[:, None]
        seen[solid] = hit.colour * falls * (1 - share) + light.mirrored(_bounced(way, hit.normal)) * share
        leaves = self.scenery.foliage(origin, directions, standing.distance)
        cover = leaves.cover[:, None]
        return seen * (1 - cover) + leaves.colour * cover, np.minimum(leaves.distance, standing.distance)

    def _car(self, car: Car, origin: Floats, directions: Floats, far: Floats) -> Floats:
        points = origin + directions * far[:, None]
        local = car.to_car(points)
        facing = normals(local, car.body.distance)
        surface = find_surface(car.body, local, facing)
        normal = car.turn_to_street(facing)
        sun, open_sky = self._shade(points + normal * 0.01, normal)
        low = np.clip(points[:, 2] / 0.5, 0.25, 1)  # little light comes from below a car
        falls = light.diffuse(normal, sun, open_sky * np.where(normal[:, 2] < 0.2, low, 1))
        bounced = _bounced(directions, normal)
        share = _mirrored_share(directions, normal, surface.mirror)[:, None]
        mirrored = light.mirrored(bounced) * np.clip(open_sky, 0.3, 1)[:, None]
        gloss = 0.3 * light.glint(bounced, sun) * np.clip(surface.mirror * 12, 0, 1)
        return np.asarray(surface.colour * falls * (1 - share) + mirrored * share + gloss[:, None], dtype=np.float32)

    def _sticker(self, sticker: Sticker, origin: Floats, directions: Floats, far: Floats) -> tuple[Rays, Floats]:
        """The rays that meet a sticker before anything else, and its light along them."""
        corner, across = sticker.corners[0], sticker.corners[1] - sticker.corners[0]
        down = sticker.corners[3] - corner
        normal = np.cross(down, across)
        normal = normal / np.linalg.norm(normal)
        with np.errstate(divide="ignore"):
            reached = ((corner - origin) @ normal) / (directions @ normal)
        rays = np.flatnonzero((reached > 0) & (reached < far))
        place = origin + directions[rays] * reached[rays, None] - corner
        u, v = place @ across / (across @ across), place @ down / (down @ down)
        inside = (u > 0) & (u < 1) & (v > 0) & (v < 1)
        rays, u, v = rays[inside], u[inside], v[inside]
        facing = np.tile(normal.astype(np.float32), (len(rays), 1))
        sun, open_sky = self._shade(origin + directions[rays] * reached[rays, None] + facing * 0.03, facing)
        return rays, 0.8 * _sampled(sticker.picture, u, v) * light.diffuse(facing, sun, open_sky)

    def _shade(self, points: Floats, facing: Floats) -> tuple[Floats, Floats]:
        """The shares of sun and of sky that the cars leave to points."""
        sun, open_sky = np.ones(len(points), np.float32), np.ones(len(points), np.float32)
        for car in self.cars:
            near = np.flatnonzero(np.hypot(points[:, 0] - car.x, points[:, 1] - car.y) < SHADE)
            local, normal = car.to_car(points[near]), car.turn_to_car(facing[near])
            low, high = car.body.box
            close = np.flatnonzero(((local > low - 0.5) & (local < high + 0.5)).all(axis=1))
            for reach in (0.12, 0.45):
                gap = car.body.distance(local[close] + normal[close] * reach)
                open_sky[near[close]] *= np.clip(0.25 + 0.75 * gap / reach, 0.25, 1)
            towards = car.turn_to_car(light.TOWARDS_SUN[None])
            enters, leaves = slab(local, towards, low - 0.2, high + 0.2)
            behind = np.flatnonzero(enters < leaves)
            left = light_left(local[behind], towards[0], 3.5, car.body.distance)
            sun[near[behind]] = np.minimum(sun[near[behind]], left)
        return sun, open_sky


def _bounced(directions: Floats, normal: Floats) -> Floats:
    along = (directions * normal).sum(axis=1, keepdims=True)
    return np.asarray(directions - 2 * along * normal, dtype=np.float32)


def _mirrored_share(directions: Floats, normal: Floats, mirror: Floats) -> Floats:
    """More at a flat angle, as Schlick says; what mirrors nothing stays dull."""
    facing = np.clip(-(directions * normal).sum(axis=1), 0, 1)
    return np.asarray(np.where(mirror > 0, mirror + (1 - mirror) * (1 - facing) ** 5, 0), dtype=np.float32)


def _sampled(picture: Picture, u: Floats, v: Floats) -> Floats:
    """The picture's linear colours at places of it, 0 to 1, between its pixels."""
    height, width = picture.shape[:2]
    x, y = np.clip(u * width - 0.5, 0, width - 1), np.clip(v * height - 0.5, 0, height - 1)
    left, top = x.astype(int), y.astype(int)
    right, low = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    right_share, low_share = (x - left)[:, None], (y - top)[:, None]
    upper = picture[top, left] * (1 - right_share) + picture[top, right] * right_share
    lower = picture[low, left] * (1 - right_share) + picture[low, right] * right_share
    return np.asarray(((upper * (1 - low_share) + lower * low_share) / 255) ** 2.2, dtype=np.float32)
