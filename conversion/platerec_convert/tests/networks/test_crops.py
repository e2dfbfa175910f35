"""Crops by corners: what they show, and corners that cannot be cut by."""

import cv2
import numpy as np
import pytest
import torch

from platerec_convert.networks.crops import QuadCropper, bounds_of, corners_of, points_in, readable

UNIT = torch.tensor([[0.0, 1, 1, 0, 0.3], [0.0, 0, 1, 1, 0.8]])


def test_the_corners_of_the_unit_square_are_the_corners_of_the_plate() -> None:
    quads = torch.tensor([[[10.0, 20], [90, 5], [95, 40], [12, 48]], [[0.0, 0], [8, 0], [8, 2], [0, 2]]])
    torch.testing.assert_close(points_in(quads, UNIT)[:, :4], quads)


def test_a_place_between_lies_where_opencv_says() -> None:
    generator = np.random.default_rng(3)
    quads = np.array([[10, 20], [90, 5], [95, 40], [12, 48]], np.float32) + generator.normal(0, 4, (20, 4, 2)).astype(
        np.float32
    )
    ours = points_in(torch.from_numpy(quads), UNIT)[:, 4].numpy()
    for quad, place in zip(quads, ours, strict=True):
        homography = cv2.getPerspectiveTransform(np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32), quad)
        expected = cv2.perspectiveTransform(np.array([[[0.3, 0.8]]], np.float32), homography)[0, 0]
        np.testing.assert_allclose(place, expected, atol=1e-3)


def test_a_crop_shows_its_box_and_the_margin_round_it() -> None:
    """On a ramp from left to right, a crop's columns are the ramp between the widened edges."""
    pixels = torch.arange(400.0).expand(1, 3, 100, 400)
    crop = QuadCropper((0.1, 0.1), taps=2)(pixels, corners_of(torch.tensor([[100.0, 20, 200, 60]])))
    ramp = crop[0, 0, 10] * 128 + 127.5
    # Box 100..200 widened to 90..210; column c is centred on 90 + 120 * (c + 0.5) / 94, and pixel 0 on 0.5.
    expected = 90 + 120 * (torch.arange(94) + 0.5) / 94 - 0.5
    torch.testing.assert_close(ramp, expected, rtol=0, atol=1e-2)


def test_the_margins_across_and_down_differ() -> None:
    pixels = torch.arange(100.0)[:, None].expand(1, 3, 100, 400)
    crop = QuadCropper((0.0, 0.25), taps=2)(pixels, corners_of(torch.tensor([[100.0, 20, 200, 60]])))
    expected = 10 + 60 * (torch.arange(24) + 0.5) / 24 - 0.5
    torch.testing.assert_close(crop[0, 0, :, 7] * 128 + 127.5, expected, rtol=0, atol=1e-2)


def test_a_plate_upside_down_is_turned() -> None:
    pixels = torch.arange(400.0).expand(1, 3, 100, 400)
    quad = torch.tensor([[[200.0, 60], [100, 60], [100, 20], [200, 20]]])
    ramp = QuadCropper((0.0, 0.0), taps=2)(pixels, quad)[0, 0, 10]
    assert (ramp[1:] < ramp[:-1]).all()


def test_a_crop_over_the_frames_edge_repeats_the_edge() -> None:
    pixels = torch.full((1, 3, 50, 50), 255.0)
    crop = QuadCropper((0.5, 0.5), taps=2)(pixels, corners_of(torch.tensor([[0.0, 0, 20, 10]])))
    torch.testing.assert_close(crop, torch.full_like(crop, 127.5 / 128))


def test_a_large_plate_is_shrunk_by_averaging() -> None:
    """Stripes finer than a crop's pixel become grey instead of a pattern."""
    stripes = (torch.arange(376) % 2 * 255.0).expand(1, 3, 96, 376)
    crop = QuadCropper((0.0, 0.0), taps=2)(stripes, corners_of(torch.tensor([[0.0, 0, 376, 96]])))
    assert crop.abs().max() < 0.1


def test_no_corners_are_no_crops() -> None:
    assert QuadCropper((0.1, 0.1), taps=2)(torch.zeros(1, 3, 8, 8), torch.zeros(0, 4, 2)).shape == (0, 3, 24, 94)


@pytest.mark.parametrize(
    ("quad", "expected"),
    [
        ([[0, 0], [100, 0], [100, 20], [0, 20]], True),
        ([[100, 20], [0, 20], [0, 0], [100, 0]], True),
        ([[0, 0], [100, 5], [102, 40], [3, 15]], True),
        ([[100, 0], [0, 0], [0, 20], [100, 20]], False),
        ([[0, 0], [100, 20], [100, 0], [0, 20]], False),
        ([[0, 0], [100, 0], [30, 5], [0, 20]], False),
        ([[0, 0], [50, 0], [100, 0], [20, 0]], False),
        ([[0, 0], [100, 0], [100, 40], [0, 1]], False),
    ],
    ids=["straight", "upside down", "slanted", "mirrored", "crossed", "dented", "line", "skewed"],
)
def test_only_what_a_plate_can_look_like_is_cut_by_its_corners(quad: list[list[float]], expected: bool) -> None:
    assert readable(torch.tensor([quad], dtype=torch.float32)).tolist() == [expected]


def test_wherever_corners_can_be_cut_by_every_sample_is_near_them() -> None:
    quads = torch.rand(20_000, 4, 2, generator=torch.Generator().manual_seed(1)) * torch.tensor([200.0, 60])
    quads = quads[readable(quads)]
    assert len(quads) > 100
    points = points_in(quads, QuadCropper((0.05, 0.125), taps=2).places)
    low, high = quads.amin(dim=1, keepdim=True), quads.amax(dim=1, keepdim=True)
    assert ((points - low) / (high - low)).min() > -1
    assert ((points - low) / (high - low)).max() < 2


def test_boxes_bound_their_own_corners() -> None:
    boxes = torch.tensor([[1.0, 2, 30, 12], [0, 0, 4, 4]])
    assert torch.equal(bounds_of(corners_of(boxes)), boxes)
