import numpy as np
import pytest

from platerec_convert.networks.platenet import CELL
from platerec_convert.training.targets import BLUR, NEAR, build_target

PLATE = np.array([[20, 40], [60, 36], [61, 46], [21, 50]], np.float32)


def test_the_only_certain_cell_is_the_one_with_the_plates_middle() -> None:
    heat = build_target(PLATE[None], 128).heat
    x, y = (PLATE.mean(axis=0) // CELL).astype(int)
    assert np.argwhere(heat == 1).tolist() == [[y, x]]
    assert heat.shape == (32, 32)


def test_corners_are_offsets_from_the_cells_centres() -> None:
    target = build_target(PLATE[None], 128)
    rows, columns = np.nonzero(target.weight)
    assert len(rows) > 1
    for row, column in zip(rows, columns, strict=True):
        centre = np.array([column + 0.5, row + 0.5])
        found = (target.corners[:, row, column].reshape(4, 2) + centre) * CELL
        assert found == pytest.approx(PLATE, abs=1e-4)


def test_corners_are_learnt_only_near_the_middle() -> None:
    target = build_target(PLATE[None], 128)
    assert (target.heat[target.weight > 0] >= NEAR).all()


def test_an_error_weighs_by_the_plates_size() -> None:
    """In units of the plate rather than of pixels, but for the blur that all corners share."""
    small, large = (build_target(PLATE[None] * scale, 256).weight.sum() for scale in (1, 2))
    assert 1 / small - BLUR == pytest.approx((1 / large - BLUR) / 2, rel=1e-4)


def test_a_slanted_plate_has_a_slanted_bell() -> None:
    slope = np.array([[60, 30], [140, 90], [136, 105], [56, 45]], np.float32)
    heat = build_target(slope[None], 192).heat
    middle = (slope.mean(axis=0) / CELL).astype(int)
    assert heat[middle[1] + 1, middle[0] + 1] > heat[middle[1] - 1, middle[0] + 1]


def test_neighbours_do_not_mix() -> None:
    """Where two bells meet, a cell learns the corners of one plate."""
    pair = np.stack([PLATE, PLATE + np.array([0, 16])]).astype(np.float32)
    both = build_target(pair, 128)
    assert (both.heat == 1).sum() == 2
    rows, columns = np.nonzero(both.weight)
    for row, column in zip(rows, columns, strict=True):
        centre = np.array([column + 0.5, row + 0.5])
        found = (both.corners[:, row, column].reshape(4, 2) + centre) * CELL
        assert min(np.abs(found - plate).max() for plate in pair) < 1e-3


def test_a_scene_without_plates_is_cold() -> None:
    target = build_target(np.zeros((0, 4, 2), np.float32), 64)
    assert not target.heat.any()
    assert not target.weight.any()
