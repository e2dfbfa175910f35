"""What is in a street besides plates: walls, leaves, cars, and signs that a detector must not take for plates."""

import cv2
import numpy as np
from numpy.typing import NDArray

from platerec_convert.synthetic.panel import Picture

Colour = tuple[int, int, int]
SHIFT = 3
"""Shapes are drawn to an eighth of a pixel."""

FINER = 2
"""Samples a side of a pixel, where lettering is drawn."""


LIGHT = 130
"""A surface at least this bright could be a plate."""

PLATE_LIKE = (3.2, 6.5)
"""A light board this many times as wide as tall, with one row of letters, is a plate for all that a camera sees."""


def draw_backdrop(side: int, rng: np.random.Generator) -> Picture:
    """Noise of several scales in one hue: sky, asphalt, plaster, bushes; or things before things."""
    backdrop = np.full((side, side, 3), rng.uniform(40, 200, 3) * 0.3 + rng.uniform(40, 200) * 0.7, np.float32)
    for cells in (3, 8, 24, 72):
        noise = rng.normal(0, rng.uniform(2, 22), (cells, cells, 1)).astype(np.float32)
        backdrop += cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC)[:, :, None]
    picture = np.clip(backdrop, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        _draw_leaves(picture, rng)
    if rng.random() < 0.35:
        _draw_foliage(picture, rng)
    if rng.random() < 0.25:
        _draw_fur(picture, rng)
    return picture


def draw_clutter(picture: Picture, rng: np.random.Generator) -> None:
    """Polygons, poles, bricks and lettering, from leaves to lorries in size."""
    side = picture.shape[0]
    for _ in range(int(rng.integers(5, 60))):
        middle = rng.uniform(0, side, 2)
        reach = min(side / 3, 2 * (1 - rng.random() * 0.999) ** -0.7)
        stretch = np.exp(rng.normal(0, 0.6))
        angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 8))))
        outline = np.stack([np.cos(angles) * stretch, np.sin(angles) / stretch], axis=1) * reach + middle
        _fill(picture, outline, _colour(rng))
    for _ in range(int(rng.integers(0, 8))):
        (x1, y1), (x2, y2) = rng.integers(0, side, (2, 2))
        if rng.random() < 0.5:  # most lines in a street are upright or level
            x2, y2 = (x1, y2) if rng.random() < 0.5 else (x2, y1)
        cv2.line(picture, (int(x1), int(y1)), (int(x2), int(y2)), _colour(rng), int(rng.integers(1, 6)), cv2.LINE_AA)
    for _ in range(int(rng.integers(0, 4))):
        _write(picture, rng.integers(0, side, 2), rng.uniform(0.25, 1.2), _colour(rng), rng)
    for _ in range(int(rng.integers(0, 5))):
        _draw_slat(picture, rng)
    if rng.random() < 0.25:
        _draw_bricks(picture, rng)
    for _ in range(int(rng.integers(0, 3))):
        _draw_bars(picture, rng)


def draw_sign(picture: Picture, rng: np.random.Generator) -> None:
    """A board with lettering, straight or slanted: as bright as a plate, of another shape or another text."""
    side = picture.shape[0]
    width = float(np.exp(rng.uniform(np.log(8), np.log(side))))
    height = width / (rng.uniform(0.5, 2.5) if rng.random() < 0.5 else rng.uniform(3, 9))
    light = rng.random() < 0.75
    paint = _colour(rng, 170, 256, 10) if light else _colour(rng, 0, 120, 30)
    ink = _colour(rng, 0, 110, 20) if light else _colour(rng, 150, 256, 20)
    board = np.full((max(2, int(height * FINER)), max(2, int(width * FINER)), 3), paint, np.uint8)
    rows = int(rng.integers(0, 4))
    if light and rows == 1 and PLATE_LIKE[0] < width / height < PLATE_LIKE[1]:
        rows = 0
    for row in range(rows):
        start = np.array([0.05 * board.shape[1], (row + 0.8) * board.shape[0] / rows])
        _write(board, start, board.shape[0] / rows / 32, ink, rng)
    if rng.random() < 0.4:
        cv2.rectangle(board, (0, 0), (board.shape[1] - 1, board.shape[0] - 1), ink, FINER)
    x, y = rng.uniform(0, side - min(width, side / 2), 2)
    lean, shear = rng.normal(0, 0.06 if rng.random() < 0.7 else 0.25), rng.normal(0, 0.1)
    place = np.array([[1 / FINER, shear / FINER, x], [lean / FINER, 1 / FINER, y]])
    cv2.warpAffine(board, place, (side, side), dst=picture, borderMode=cv2.BORDER_TRANSPARENT)


def draw_stamp(picture: Picture, rng: np.random.Generator) -> None:
    """The time or the camera's name as a recorder writes it over the picture: light letters with a dark rim."""
    word = "".join(chr(c) for c in rng.integers(45, 91, int(rng.integers(4, 20))))
    place, scale = rng.integers(-20, picture.shape[0], 2), float(rng.uniform(0.3, 0.7))
    font = int(rng.integers(0, 4))
    for ink, pen in (((0, 0, 0), 3), ((255, 255, 255), 1)):
        cv2.putText(picture, word, (int(place[0]), int(place[1])), font, scale, ink, pen, cv2.LINE_AA)


def draw_cover(picture: Picture, corners: NDArray[np.floating], rng: np.random.Generator) -> None:
    """Something nearer to the camera (a door, a post, a tow bar) hides an end or the lower edge of a plate."""
    across, down = corners[1] - corners[0], corners[3] - corners[0]
    far = rng.uniform(0.2, 2.5)
    slope = rng.normal(0, 0.5)
    if rng.random() < 0.5:
        edge = rng.uniform(0.75, 1.05)
        outline = [(-0.6, edge + slope), (1.6, edge - slope), (1.6, edge - slope + far), (-0.6, edge + slope + far)]
    else:
        edge, far, slope = rng.uniform(-0.02, 0.16), far / 2, slope / 4
        outline = [(edge + slope, -1), (edge - slope, 2), (edge - slope - far, 2), (edge + slope - far, -1)]
        if rng.random() < 0.5:
            outline = [(1 - u, v) for u, v in outline]
    _fill(picture, corners[0] + np.array(outline) @ np.stack([across, down]), _colour(rng, 0, 230))


def draw_car(picture: Picture, corners: NDArray[np.floating], rng: np.random.Generator) -> None:
    """The rear or front of a car about a plate, leaning as it does."""
    across, middle = corners[1] - corners[0], corners.mean(axis=0)
    unit = float(np.linalg.norm(across)) / 520
    lean = np.clip(across[1] / across[0], -0.6, 0.6) + rng.normal(0, 0.04)

    def part(outline: list[tuple[float, float]], colour: Colour) -> None:
        points = np.array(outline) * unit
        points[:, 1] += lean * points[:, 0]
        _fill(picture, points + middle, colour)

    half, roof, floor = rng.uniform(750, 1000), -rng.uniform(500, 1100), rng.uniform(120, 420)
    body = [(-half, floor), (-half, roof * 0.55), (-half * 0.76, roof), (half * 0.76, roof), (half, roof * 0.55)]
    part([*body, (half, floor)], _colour(rng, 0, 250, 5 if rng.random() < 0.6 else 30))
    window = [(-half * 0.72, roof * 0.95), (half * 0.72, roof * 0.95), (half * 0.86, roof * 0.6)]
    part([*window, (-half * 0.86, roof * 0.6)], _colour(rng, 0, 130, 10))
    lamp = _colour(rng, 80, 256, 20) if rng.random() < 0.5 else (20, 20, int(rng.integers(100, 230)))
    top, deep, wide = rng.uniform(-400, -50), rng.uniform(60, 220), rng.uniform(150, 420)
    for side in (-1, 1):
        part([(side * half, top), (side * (half - wide), top), (side * (half - wide), top + deep)], lamp)
    if rng.random() < 0.6:
        grille, tall = rng.uniform(350, 700), rng.uniform(80, 240)
        part(
            [(-grille, -tall), (grille, -tall), (grille * 0.9, tall / 2), (-grille * 0.9, tall / 2)],
            _colour(rng, 0, 90, 8),
        )
    if rng.random() < 0.6:
        edge = rng.uniform(60, 200)
        part([(-half, edge), (half, edge), (half, floor), (-half, floor)], _colour(rng, 0, 150, 12))


def _draw_leaves(picture: Picture, rng: np.random.Generator) -> None:
    """Things of all sizes before each other, shaded: what pictures of the world have in common with dead leaves.

    Baradad et al., "Learning to See by Looking at Noise", 2021 (arXiv:2106.05963), Section 3.
    """
    side = picture.shape[0]
    base, hue = rng.uniform(30, 200, 3) * 0.4 + rng.uniform(30, 200) * 0.6, rng.uniform(5, 30)
    for _ in range(int(rng.integers(100, 400))):
        reach = min(side / 2, 2.5 * (1 - rng.random() * 0.9999) ** -0.6)
        middle, lean = rng.uniform(0, side, 2), rng.uniform(0, 180) if rng.random() < 0.5 else rng.normal(0, 8)
        colour = np.clip(base + rng.normal(0, 50) + rng.normal(0, hue, 3), 0, 255)
        size = reach * np.exp(rng.normal(0, 0.6, 2))
        if rng.random() < 0.5:
            outline = np.asarray(cv2.boxPoints((middle.tolist(), size.tolist(), float(lean))), np.float32)
            _fill(picture, outline, (int(colour[0]), int(colour[1]), int(colour[2])))
        else:
            axes = (int(size[0] / 2 + 1), int(size[1] / 2 + 1))
            cv2.ellipse(
                picture, middle.astype(int).tolist(), axes, float(lean), 0, 360, colour.tolist(), -1, cv2.LINE_AA
            )
    shade = np.ones((side, side), np.float32)
    for cells in (3, 12, 60):
        noise = rng.normal(0, rng.uniform(0.01, 0.12), (cells, cells)).astype(np.float32)
        shade += cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC)
    picture[:] = np.clip(picture * shade[:, :, None], 0, 255).astype(np.uint8)


def _draw_fur(picture: Picture, rng: np.random.Generator) -> None:
    """Grass, fur, brushed metal, scratches: streaks of one direction over a part of the picture."""
    side = picture.shape[0]
    thin, long = float(rng.uniform(1, 3)), float(rng.uniform(6, 40))
    streaks = rng.normal(0, 1, (int(2 * side / thin), int(2 * side / long) + 1)).astype(np.float32)
    streaks = np.asarray(cv2.resize(streaks, (2 * side, 2 * side)), np.float32)
    turn = cv2.getRotationMatrix2D((side, side), float(rng.uniform(0, 180)), 1)
    turn[:, 2] -= side / 2
    streaks = np.asarray(cv2.warpAffine(streaks, turn, (side, side)), np.float32)
    share = cv2.resize(rng.normal(0, 3, (3, 3)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    strength = np.clip(share, 0, 1) * rng.uniform(10, 60)
    picture[:] = np.clip(picture + (streaks * strength)[:, :, None], 0, 255).astype(np.uint8)


def _draw_foliage(picture: Picture, rng: np.random.Generator) -> None:
    """Leaves, gravel, snow: harsh fine noise over a part of the picture."""
    side, grain = picture.shape[0], float(rng.uniform(1, 5))
    cells = int(side / grain)
    noise = cv2.resize(rng.normal(0, 1, (cells, cells)).astype(np.float32), (side, side))
    share = cv2.resize(rng.normal(0, 3, (3, 3)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    strength = np.clip(share, 0, 1) * rng.uniform(15, 90)
    picture[:] = np.clip(picture + (noise * strength)[:, :, None], 0, 255).astype(np.uint8)


def _draw_slat(picture: Picture, rng: np.random.Generator) -> None:
    """A hinge, a handle, a lamp, a gap: of a plate's shape, dark or light, with no text on it."""
    length, slope = np.exp(rng.uniform(np.log(8), np.log(90))), rng.normal(0, 0.12)
    thick = length / rng.uniform(2.5, 8)
    corner = rng.uniform(-length / 2, picture.shape[0], 2)
    outline = corner + np.array([[0, 0], [length, slope * length], [length, slope * length + thick], [0, thick]])
    paint = _colour(rng, hue=8)
    _fill(picture, outline, paint)
    if max(paint) < LIGHT and rng.random() < 0.4:  # a light one with a dark line is what a far plate looks like
        start, end = outline[0] + [0.1 * length, thick / 2], outline[1] + [-0.1 * length, thick / 2]
        cv2.line(picture, _fixed(start).tolist(), _fixed(end).tolist(), _colour(rng), 1, cv2.LINE_AA, SHIFT)


def _draw_bars(picture: Picture, rng: np.random.Generator) -> None:
    """A grille, a fence, corrugated iron: many parallel bars in a leaning field."""
    side = picture.shape[0]
    middle, size = rng.uniform(0, side, 2), np.exp(rng.uniform(np.log(8), np.log(side), 2))
    lean, count = rng.normal(0, 0.15), int(rng.integers(3, 16))
    turned = rng.random() < 0.5
    light, dark, pen = _colour(rng), _colour(rng), max(1, int(size.min() / count / rng.uniform(1.5, 4)))
    field = np.array([[-1, -1 - lean], [1, -1 + lean], [1, 1 + lean], [-1, 1 - lean]]) / 2 * size + middle
    if rng.random() < 0.6:
        _fill(picture, field, light)
    for share in np.linspace(0, 1, count):
        first, last = (field[[0, 1]], field[[3, 2]]) if turned else (field[[0, 3]], field[[1, 2]])
        start, end = ((1 - share) * ends[0] + share * ends[1] for ends in (first, last))
        points = [_fixed(start), _fixed(end)]
        cv2.line(picture, points[0].tolist(), points[1].tolist(), dark, pen, cv2.LINE_AA, SHIFT)


def _draw_bricks(picture: Picture, rng: np.random.Generator) -> None:
    side, mortar, height = picture.shape[0], _colour(rng), int(rng.integers(4, 18))
    top, bottom = np.sort(rng.integers(0, side, 2))
    length = int(height * rng.uniform(1, 4))
    for row, y in enumerate(range(int(top), int(bottom), height)):
        cv2.line(picture, (0, y), (side, y), mortar, 1)
        for x in range((row % 2) * length // 2, side, length):
            cv2.line(picture, (x, y), (x, y + height), mortar, 1)


def _write(picture: Picture, start: NDArray[np.generic], scale: float, ink: Colour, rng: np.random.Generator) -> None:
    word = "".join(chr(c) for c in rng.integers(45, 91, int(rng.integers(2, 14))))
    place = (int(start[0]), int(start[1]))
    pen = max(1, round(scale * rng.uniform(1, 3.5)))
    cv2.putText(picture, word, place, int(rng.integers(0, 5)), scale, ink, pen, cv2.LINE_AA)


def _fill(picture: Picture, outline: NDArray[np.floating], colour: Colour) -> None:
    cv2.fillPoly(picture, [_fixed(outline)], colour, cv2.LINE_AA, SHIFT)


def _fixed(outline: NDArray[np.floating]) -> NDArray[np.int32]:
    return np.asarray(outline * 2**SHIFT, dtype=np.int32)


def _colour(rng: np.random.Generator, low: int = 0, high: int = 256, hue: float = 25) -> Colour:
    blue, green, red = np.clip(rng.integers(low, high) + rng.normal(0, hue, 3), 0, 255)
    return int(blue), int(green), int(red)
