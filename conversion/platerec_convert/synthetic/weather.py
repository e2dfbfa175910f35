"""What light, weather, dirt, lens, sensor and video coding do to a plate: albumentations with our strengths.

On the panel (in mm): shade, dirt, cover. On the camera's picture (in its pixels): rain, blur, noise, coding; their
reach grows with the plate's width, since a blur of five pixels is nothing to a near plate and the end of a far one.
"""

import os
from dataclasses import dataclass

os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")  # else importing it asks the network for its newest version

import albumentations as alb
import numpy as np

from platerec_convert.synthetic.panel import Picture

BANDS = (45.0, 90.0)
"""Widths of plates, in pixels, between the three strengths of blur."""


@dataclass
class Weather:
    """All the damage, at a severity: 0 none, 1 as bad as cameras are on the whole; more for a harder test."""

    severity: float

    def __post_init__(self) -> None:
        self._panel = _on_panel(self.severity)
        self._picture = [_on_picture(self.severity, reach) for reach in (3, 5, 9)]
        self._light = _of_lamps()

    def seed(self, seed: int) -> None:
        """Make what follows a function of this number."""
        for pipeline in (self._panel, *self._picture, self._light):
            pipeline.set_random_seed(seed)

    def on_panel(self, picture: Picture) -> Picture:
        """Shade, dirt and cover on the plate itself."""
        return np.asarray(self._panel(image=picture)["image"], dtype=np.uint8)

    def in_light(self, picture: Picture) -> Picture:
        """The whole picture in the colour of its light, as strong as the camera's colours are."""
        return np.asarray(self._light(image=picture)["image"], dtype=np.uint8)

    def on_picture(self, picture: Picture, width: float) -> Picture:
        """Rain, lens, sensor and coding, on the pixels of a camera that sees the plate `width` pixels wide."""
        band = int(np.searchsorted(BANDS, width))
        return np.asarray(self._picture[band](image=picture)["image"], dtype=np.uint8)


def _of_lamps() -> alb.Compose:
    """Lamps, dusk and a camera's white balance, then a camera that sees little colour or none."""
    return alb.Compose(
        [
            alb.OneOf([alb.RGBShift(30, 30, 30, p=0.5), alb.PlanckianJitter(p=0.5)], p=0.6),
            alb.ColorJitter((1, 1), (1, 1), saturation=(0, 0.7), hue=(0, 0), p=0.5),
        ]
    )


def _on_panel(severity: float) -> alb.Compose:
    def often(share: float) -> float:
        return min(1.0, share * severity)

    return alb.Compose(
        [
            alb.PlasmaShadow(shadow_intensity_range=(0.2, 0.7), plasma_size=64, roughness=3.0, p=often(0.1)),
            alb.RandomShadow((0, 0, 1, 1), (1, 2), 5, (0.3, 0.7), p=often(0.2)),
            alb.Illumination(mode="linear", intensity_range=(0.05, 0.2), p=often(0.2)),
            alb.Spatter(
                mode="mud",
                mean=(0.5, 0.65),
                std=(0.2, 0.4),
                gauss_sigma=(2, 8),
                cutout_threshold=(0.55, 0.7),
                p=often(0.1),
            ),
            alb.RandomSunFlare((0.1, 0.2, 0.9, 0.9), src_radius=40, num_flare_circles_range=(1, 3), p=often(0.06)),
            alb.CoarseDropout((1, 2), (0.05, 0.3), (0.02, 0.07), fill="random_uniform", p=often(0.08)),
        ]
    )


def _on_picture(severity: float, reach: int) -> alb.Compose:
    def often(share: float) -> float:
        return min(1.0, share * severity)

    blur = [
        alb.MotionBlur(blur_limit=(3, reach), p=0.5),
        alb.GaussianBlur(blur_limit=0, sigma_limit=(0.3, reach / 5), p=0.3),
        alb.Defocus(radius=(1, max(1, reach // 4)), alias_blur=(0.1, 0.3), p=0.2),
    ]
    light = [
        alb.RandomBrightnessContrast((-0.05, 0.3), (-0.7, 0.2), p=0.5),
        alb.MultiplicativeNoise((0.35, 1.2), p=0.3),
        alb.RandomGamma((50, 170), p=0.4),
    ]
    night = alb.Sequential(
        [
            alb.MultiplicativeNoise((0.12, 0.45), p=1.0),
            alb.ISONoise((0.01, 0.06), (0.15, 0.6), p=0.8),
        ],
        p=often(0.1),
    )
    sensor = [
        alb.GaussNoise(std_range=(0.01, 0.05), p=0.5),
        alb.ISONoise((0.01, 0.05), (0.1, 0.4), p=0.5),
    ]
    halo = [alb.UnsharpMask((3, 5), (0.5, 1.0), (0.2, 0.9), 5, p=0.6), alb.RingingOvershoot((3, 5), p=0.2)]
    coding = [
        alb.ImageCompression(quality_range=(35, 95), p=0.6),
        # What a video coder leaves at a low bit rate: coarse blocks, smoothed by its loop filter.
        alb.Sequential([alb.ImageCompression(quality_range=(12, 40)), alb.GaussianBlur(0, (0.2, 0.5), p=0.7)], p=0.4),
    ]
    return alb.Compose(
        [
            alb.OneOf(light, p=often(0.8)),
            alb.HueSaturationValue(12, (-60, 20), 0, p=often(0.3)),
            alb.ToGray(p=often(0.12)),
            night,
            alb.RandomRain(
                (-12, 12),
                drop_length=max(2, reach),
                drop_width=1,
                drop_color=(190, 190, 190),
                blur_value=1,
                brightness_coefficient=0.85,
                p=often(0.02),
            ),
            alb.OneOf(blur, p=often(0.45)),
            alb.OneOf(sensor, p=often(0.6)),
            alb.OneOf(halo, p=often(0.4)),
            alb.OneOf(coding, p=often(0.8)),
        ]
    )
