"""A pinhole camera in the street. Lengths are metres; x goes right, y along the street, z up."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Lens:
    """Where the camera stands and looks; `width`, `height` and `focal` are pixels, angles degrees."""

    width: int
    height: int
    focal: float
    position: tuple[float, float, float]
    yaw: float
    pitch: float

    @cached_property
    def _axes(self) -> Floats:
        """Rows: the picture's right, its down, and forward."""
        yaw, pitch = np.radians([self.yaw, self.pitch])
        right = (np.cos(yaw), -np.sin(yaw), 0.0)
        forward = (np.sin(yaw) * np.cos(pitch), np.cos(yaw) * np.cos(pitch), -np.sin(pitch))
        return np.array([right, np.cross(forward, right), forward], np.float32)

    @property
    def origin(self) -> Floats:
        """The camera's position `[3]`."""
        return np.array(self.position, np.float32)

    def rays(self, pixels: Floats) -> Floats:
        """Directions `[n,3]` of length 1 through points `[n,2]` of the picture, whose first pixel's edge is (0, 0)."""
        middle = np.array([self.width / 2, self.height / 2], np.float32)
        ahead = np.full((len(pixels), 1), self.focal, np.float32)
        directions = np.hstack([pixels - middle, ahead]) @ self._axes
        return np.asarray(directions / np.linalg.norm(directions, axis=1, keepdims=True), dtype=np.float32)

    def project(self, points: Floats) -> Floats:
        """Where points `[n,3]` of the street are in the picture, `[n,2]`."""
        seen = (points - self.origin) @ self._axes.T
        return np.asarray(seen[:, :2] / seen[:, 2:] * self.focal + [self.width / 2, self.height / 2], dtype=np.float32)
