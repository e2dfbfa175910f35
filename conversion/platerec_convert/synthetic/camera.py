"""The camera's geometry: how a plate that is turned to it lands on its pixels, and what a crop of it is."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from platerec_convert.synthetic.panel import Panel, Picture

Corners = NDArray[np.float32]
"""`[4, 2]` x, y; top left, top right, bottom right, bottom left."""

CROP_WIDTH, CROP_HEIGHT = 94, 24
TAPS = 2
"""A crop's pixel is the mean of TAPS x TAPS samples, as in the detector's graph."""


@dataclass(frozen=True)
class Pose:
    """Angles of a plate to the camera in degrees, its distance in plate widths."""

    yaw: float
    pitch: float
    roll: float
    distance: float


def draw_pose(rng: np.random.Generator, spread: float) -> Pose:
    """Cameras hang above and beside the lane; `spread` scales the angles."""
    yaw = np.clip(rng.normal(0, 22), -58, 58) * spread
    pitch = np.clip(rng.normal(10, 14), -30, 45) * spread
    roll = np.clip(rng.normal(0, 4 if rng.random() < 0.65 else 12), -28, 28) * spread
    return Pose(float(yaw), float(pitch), float(roll), float(rng.uniform(4, 25)))


def draw_steep(rng: np.random.Generator, spread: float) -> tuple[Pose, float]:
    """A pose of a plate that leans: turned in the picture, or sheared as a wide lens shears it near its edge.

    The shear is how far the plate falls on its way to the right. Cameras that look along a kerb see plates so.
    """
    pose = draw_pose(rng, spread)
    lean = float(rng.uniform(-30, 30))
    if rng.random() < 0.5:
        return replace(pose, roll=lean), 0.0
    return pose, float(np.tan(np.radians(lean)))


def sheared(corners: Corners, shear: float) -> Corners:
    """The corners, each lowered by its way to the right; upright edges stay upright."""
    return corners + np.stack([np.zeros(4, np.float32), corners[:, 0] * np.float32(shear)], axis=1)


def project(pose: Pose, size: tuple[float, float], width: float) -> Corners:
    """The corners of a plate of this size (any unit) in pixels, scaled so that it spans `width`, about (0, 0)."""
    half_width, half_height = size[0] / 2, size[1] / 2
    flat = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]) * [half_width, half_height, 0]
    turned = flat @ _rotation(pose).T
    away = pose.distance * size[0]
    seen = turned[:, :2] * (away / (away + turned[:, 2:]))
    return np.asarray(seen * width / np.ptp(seen[:, 0]), dtype=np.float32)


def _rotation(pose: Pose) -> NDArray[np.float64]:
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return np.asarray(about_z @ about_x @ about_y)


def shrink(panel: Panel, width: float) -> Panel:
    """The panel at about the size at which a plate `width` pixels wide needs it: a warp that shrinks much aliases."""
    scale = float(1.1 * width * _finer(width) / np.ptp(panel.corners[:, 0]))
    if scale >= 0.8:
        return panel
    smaller = cv2.resize(panel.picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ratio = np.array(smaller.shape[1::-1]) / panel.picture.shape[1::-1]
    return Panel(np.asarray(smaller, dtype=np.uint8), np.asarray(panel.corners * ratio, dtype=np.float32))


def photograph(panel: Panel, corners: Corners, focus: float) -> tuple[Picture, Corners]:
    """The panel as the camera's pixels see it, around the plate, and the plate's corners in that picture.

    `focus` is the lens's blur in pixels. Light is summed over each pixel, so small plates lose detail as real ones do.
    """
    width, height = np.ptp(corners, axis=0)
    margin = np.array([0.36 * width, 0.5 * height + 2])
    origin = corners.min(axis=0) - margin
    shape = np.ceil(corners.max(axis=0) + margin - origin).astype(int)
    finer = _finer(width)
    target = np.asarray((corners - origin) * finer, dtype=np.float32)
    homography = cv2.getPerspectiveTransform(panel.corners, target)
    size = (int(shape[0]) * finer, int(shape[1]) * finer)
    seen = cv2.warpPerspective(panel.picture, homography, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    seen = cv2.GaussianBlur(seen, (0, 0), max(0.25, focus * finer))
    seen = cv2.resize(seen, (int(shape[0]), int(shape[1])), interpolation=cv2.INTER_AREA)
    return np.asarray(seen, dtype=np.uint8), np.asarray(corners - origin, dtype=np.float32)


def _finer(width: float) -> int:
    """Samples a side of a pixel."""
    return 2 if width < 130 else 1


def cut_box(picture: Picture, box: NDArray[np.floating], plate: Corners) -> tuple[Picture, Corners]:
    """The crop of a box (x1, y1, x2, y2) and the plate's corners in it, each side from -1 to 1."""
    x1, y1, x2, y2 = box
    return cut_quad(picture, np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32), plate)


def cut_quad(picture: Picture, quad: Corners, plate: Corners) -> tuple[Picture, Corners]:
    """The crop that fills a quadrangle, sampled as the detector's graph samples, and the plate's corners in it."""
    width, height = CROP_WIDTH * TAPS, CROP_HEIGHT * TAPS
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    # Corner (0, 0) is the outer edge of the first pixel, whose centre OpenCV calls (0, 0).
    homography = cv2.getPerspectiveTransform(quad - 0.5, target - 0.5)
    fine = cv2.warpPerspective(picture, homography, (width, height), borderMode=cv2.BORDER_REPLICATE)
    crop = cv2.resize(fine, (CROP_WIDTH, CROP_HEIGHT), interpolation=cv2.INTER_AREA)
    seen = cv2.perspectiveTransform(plate[None] - 0.5, homography)[0] + 0.5
    return np.asarray(crop, dtype=np.uint8), np.asarray(seen / [width / 2, height / 2] - 1, dtype=np.float32)
