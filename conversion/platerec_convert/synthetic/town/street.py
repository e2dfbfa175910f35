"""The street that the examples show: where its cars stand, and the plates that can be seen in it."""

from dataclasses import dataclass

import cv2
import numpy as np

from platerec_convert.synthetic.camera import Corners, shrink
from platerec_convert.synthetic.glyphs import load_alphabets
from platerec_convert.synthetic.panel import Panel, Picture, draw_panel
from platerec_convert.synthetic.plates import PlateType, draw_plate
from platerec_convert.synthetic.town.body import CROSSOVER, HATCHBACK, SALOON, VAN, Body, Shape
from platerec_convert.synthetic.town.car import Car
from platerec_convert.synthetic.town.lens import Floats, Lens
from platerec_convert.synthetic.town.render import FINER, Sticker, Town
from platerec_convert.synthetic.town.road import BAY_WIDTH
from platerec_convert.synthetic.town.scenery import Scenery

SEED = 20261124
WIDTH, HEIGHT = 1920, 1080

Paint = tuple[float, float, float]
WHITE, SILVER, SAND = (0.66, 0.67, 0.67), (0.36, 0.35, 0.34), (0.23, 0.34, 0.42)
RED, BLUE, BLACK = (0.035, 0.022, 0.36), (0.30, 0.10, 0.035), (0.014, 0.012, 0.011)


@dataclass(frozen=True)
class SeenPlate:
    """A plate that nothing hides, how it looks flat, and its corners in the picture."""

    text: str
    flat: Picture
    corners: Corners

    @property
    def width(self) -> float:
        """In pixels."""
        return float(np.ptp(self.corners[:, 0]))


@dataclass(frozen=True)
class Street:
    """What there is to photograph, and from where."""

    town: Town
    lens: Lens
    plates: tuple[SeenPlate, ...]
    seed: int

    def photograph(self) -> Picture:
        """The picture (BGR)."""
        return _exposed(self.town.photograph(self.lens), np.random.default_rng(self.seed))


def build_street(seed: int = SEED, width: int = WIDTH) -> Street:
    """The street as a camera above a lane sees it; a smaller width gives a smaller picture of the same street."""
    scale = width / WIDTH
    lens = Lens(width, round(HEIGHT * scale), 1900 * scale, (0.15, 0.0, 2.45), 2.0, 7.8)
    town = Town(Scenery(np.random.default_rng(seed)), _cars())
    alphabets = load_alphabets(None)
    stickers, plates = [], []
    for number, car in enumerate(town.cars):
        rng = np.random.default_rng([seed, number])
        plate = draw_plate(rng, PlateType.ONE_ROW)
        panel = draw_panel(plate, alphabets, rng)
        place = car.to_street(car.body.plate_corners(front=car.oncoming))
        seen = SeenPlate(plate.text, _cut_out(panel), lens.project(place))
        stickers.append(Sticker(_cut_out(shrink(panel, max(seen.width * FINER / 2, 20))), place))
        if town.shows(lens, car, _spread(place)):
            plates.append(seen)
    return Street(Town(town.scenery, town.cars, tuple(stickers)), lens, tuple(plates), seed)


def _cars() -> tuple[Car, ...]:
    """A row in the slanting bays, one of them empty; two cars come, two drive away."""

    def in_bay(number: int, shape: Shape, paint: Paint) -> Car:
        reach = shape.length / 2 * np.sqrt(0.5)
        return Car(Body(shape, paint), 4.3 + reach, 8.3 + number * BAY_WIDTH + reach, 45.0)

    return (
        in_bay(0, HATCHBACK, RED),
        in_bay(1, CROSSOVER, WHITE),
        in_bay(3, SALOON, SAND),
        in_bay(5, VAN, SILVER),
        in_bay(6, HATCHBACK, BLUE),
        in_bay(7, CROSSOVER, BLACK),
        in_bay(9, SALOON, WHITE),
        Car(Body(SALOON, BLUE), -1.85, 8.2, 180.0),
        Car(Body(CROSSOVER, SILVER), -1.75, 27.0, 180.0),
        Car(Body(HATCHBACK, WHITE), 1.9, 19.5, 0.0),
        Car(Body(SALOON, BLACK), 1.8, 44.0, 0.0),
    )


def _cut_out(panel: Panel) -> Picture:
    """The plate without the piece of car about it."""
    (x1, y1), (x2, y2) = np.round(panel.corners[[0, 2]]).astype(int)
    return panel.picture[y1:y2, x1:x2]


def _spread(corners: Floats) -> Floats:
    """Points all over a rectangle."""
    u, v = (axis.reshape(-1, 1) for axis in np.meshgrid(np.linspace(0, 1, 9), np.linspace(0, 1, 3)))
    across, down = corners[1] - corners[0], corners[3] - corners[0]
    return np.asarray(corners[0] + u * across + v * down, dtype=np.float32)


def _exposed(picture: Picture, rng: np.random.Generator) -> Picture:
    """What lens and sensor add: a little glow, blur, darker edges and noise."""
    height, width = picture.shape[:2]
    light = picture.astype(np.float32)
    glow = cv2.GaussianBlur(np.maximum(light - 215, 0), (0, 0), width / 120)
    light = cv2.GaussianBlur(light, (0, 0), 0.55) + glow * 0.6
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    light *= (1 - 0.10 * (x * x + y * y))[:, :, None]
    grain = rng.normal(0, 1.1, (height, width, 1)) + rng.normal(0, 0.6, (height, width, 3))
    return np.clip(light + grain, 0, 255).astype(np.uint8)
