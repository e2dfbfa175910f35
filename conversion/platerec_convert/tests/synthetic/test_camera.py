import numpy as np
import pytest
import torch

from platerec_convert.networks.crops import QuadCropper, corners_of
from platerec_convert.synthetic.camera import (
    CROP_HEIGHT,
    CROP_WIDTH,
    Pose,
    cut_box,
    cut_quad,
    photograph,
    project,
    shrink,
)
from platerec_convert.synthetic.glyphs import load_alphabets
from platerec_convert.synthetic.panel import Panel, Picture, draw_panel
from platerec_convert.synthetic.plates import Plate

SQUARE = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)


@pytest.fixture
def panel() -> Panel:
    return draw_panel(Plate("A123BC", "77"), load_alphabets(None), np.random.default_rng(3))


def smooth_picture() -> Picture:
    y, x = np.mgrid[0:90, 0:160]
    waves = [127 + 100 * np.sin(x / 9) * np.cos(y / 7), 127 + 90 * np.sin((x + y) / 11), x + y]
    return np.stack(waves, axis=2).astype(np.uint8)


@pytest.mark.parametrize("width", [20, 47, 200])
def test_a_projected_plate_spans_the_wanted_width(width: float) -> None:
    corners = project(Pose(yaw=30, pitch=15, roll=-10, distance=8), (520, 112), width)
    assert np.ptp(corners[:, 0]) == pytest.approx(width, rel=1e-5)


def test_a_plate_seen_from_the_front_keeps_its_shape() -> None:
    corners = project(Pose(0, 0, 0, 10), (520, 112), 104)
    assert np.allclose(np.ptp(corners, axis=0), [104, 22.4], atol=1e-4)


def test_the_nearer_end_of_a_turned_plate_is_taller() -> None:
    corners = project(Pose(yaw=40, pitch=0, roll=0, distance=5), (520, 112), 100)
    left, right = corners[3, 1] - corners[0, 1], corners[2, 1] - corners[1, 1]
    assert abs(left - right) > 1


def test_the_photographed_plate_is_bright_where_its_corners_say(panel: Panel) -> None:
    wanted = project(Pose(0, 0, 0, 10), (520, 112), 80)
    picture, corners = photograph(shrink(panel, 80), wanted, focus=0.3)
    low, high = corners.min(axis=0).astype(int), corners.max(axis=0).astype(int)
    inside = picture[low[1] : high[1], low[0] : high[0]]
    flat = panel.picture[110:222, 150:670]
    assert abs(float(inside.mean()) - float(flat.mean())) < 15


def test_a_crop_of_a_box_has_the_pixels_that_the_detector_hands_on() -> None:
    picture = smooth_picture()
    box = np.array([31.3, 22.7, 112.9, 51.2])
    grown = box + np.array([-1, -1, 1, 1]) * 0.1 * np.tile(box[2:] - box[:2], 2)
    crop, _ = cut_box(picture, grown, SQUARE)
    frame = torch.from_numpy(picture).permute(2, 0, 1).float()[None]
    expected = QuadCropper((0.1, 0.1), taps=2)(frame, corners_of(torch.from_numpy(box).float()[None]))[0]
    ours = (torch.from_numpy(crop).permute(2, 0, 1).float() - 127.5) / 128
    assert (ours - expected).abs().max() * 128 < 3


def test_a_crop_of_corners_has_the_pixels_that_the_detector_hands_on() -> None:
    picture = smooth_picture()
    quad = np.array([[30.4, 20.1], [110.2, 30.6], [112.3, 55.9], [28.7, 44.0]], np.float32)
    crop, _ = cut_quad(picture, quad, SQUARE)
    frame = torch.from_numpy(picture).permute(2, 0, 1).float()[None]
    expected = QuadCropper((0, 0), taps=2)(frame, torch.from_numpy(quad)[None])[0]
    ours = (torch.from_numpy(crop).permute(2, 0, 1).float() - 127.5) / 128
    assert (ours - expected).abs().max() * 128 < 3


def test_a_crop_of_the_plates_own_corners_is_filled_by_it() -> None:
    corners = np.array([[30, 20], [110, 30], [112, 55], [28, 44]], np.float32)
    crop, seen = cut_quad(smooth_picture(), corners, corners)
    assert crop.shape == (CROP_HEIGHT, CROP_WIDTH, 3)
    assert np.allclose(seen, SQUARE, atol=1e-4)
