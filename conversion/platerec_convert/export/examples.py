"""Fixed inputs to compare models on: plates drawn roughly, alone and in frames. The same on every machine."""

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

LETTERS, DIGITS = "ABEKMHOPCTYX", "0123456789"
PLATE_HEIGHT, PLATE_WIDTH = 112, 520
"""A plate is drawn a pixel a millimetre, and then shrunk."""

Picture = NDArray[np.uint8]


def draw_crops(count: int) -> Tensor:
    """Crops of plates, slanted and noisy: `[count,3,24,94]`, BGR as `(x - 127.5) / 128`."""
    random = np.random.default_rng(0)
    crops = np.stack([_small(_draw_plate(random), random, (94, 24)) for _ in range(count)])
    return torch.from_numpy((crops.astype(np.float32) - 127.5) / 128).permute(0, 3, 1, 2).contiguous()


def draw_frame(height: int, width: int) -> Tensor:
    """A grey scene with three plates of different sizes: `[height,width,3]` uint8."""
    random = np.random.default_rng(height)
    frame = cv2.resize(random.integers(60, 140, (9, 16, 3), dtype=np.uint8), (width, height)).astype(np.uint8)
    for row, share in ((0.1, 0.12), (0.4, 0.2), (0.7, 0.3)):
        across = int(width * share)
        plate = _small(_draw_plate(random), random, (across, max(4, across // 4)))
        top, left = int(height * row), int(random.uniform(0, width - across))
        frame[top : top + plate.shape[0], left : left + across] = plate
    return torch.from_numpy(frame)


def _draw_plate(random: np.random.Generator) -> Picture:
    """White, framed, with black symbols as the Russian grammar orders them."""
    plate = np.full((PLATE_HEIGHT, PLATE_WIDTH, 3), 235, dtype=np.uint8)
    cv2.rectangle(plate, (3, 3), (PLATE_WIDTH - 4, PLATE_HEIGHT - 4), (20, 20, 20), 5)
    for place, kind in enumerate("LDDDLLDD"):
        symbol = random.choice(list(LETTERS if kind == "L" else DIGITS))
        cv2.putText(plate, str(symbol), (25 + 60 * place, 88), cv2.FONT_HERSHEY_SIMPLEX, 2.6, (25, 25, 25), 8)
    return plate


def _small(plate: Picture, random: np.random.Generator, size: tuple[int, int]) -> Picture:
    """The plate turned by a few degrees, of the given width and height, with the noise of a camera."""
    turn = cv2.getRotationMatrix2D((PLATE_WIDTH / 2, PLATE_HEIGHT / 2), float(random.uniform(-4, 4)), 0.9)
    turned = cv2.warpAffine(plate, turn, (PLATE_WIDTH, PLATE_HEIGHT), borderValue=(90, 90, 90))
    small = cv2.resize(turned, size, interpolation=cv2.INTER_AREA)
    noisy = small + random.normal(0, 6, small.shape)
    picture: Picture = np.clip(noisy, 0, 255).astype(np.uint8)
    return picture
