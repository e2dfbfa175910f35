import numpy as np
import pytest

from platerec_convert.synthetic.street import draw_backdrop, draw_clutter, draw_cover, draw_sign, draw_stamp

SIDE = 128


@pytest.mark.parametrize("seed", range(5))
def test_all_that_stands_in_a_street_can_be_drawn_on_any_backdrop(seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture = draw_backdrop(SIDE, rng)
    assert picture.shape == (SIDE, SIDE, 3)
    assert picture.dtype == np.uint8
    before = picture.copy()
    for draw in (draw_clutter, draw_sign, draw_stamp):
        draw(picture, rng)
    assert not np.array_equal(picture, before)


def test_a_cover_hides_a_part_of_a_plate_but_not_its_middle() -> None:
    corners = np.array([[30, 50], [98, 50], [98, 66], [30, 66]], np.float32)
    hidden = []
    for seed in range(60):
        picture = np.full((SIDE, SIDE, 3), 255, np.uint8)
        draw_cover(picture, corners, np.random.default_rng(seed))
        plate = (picture[50:66, 30:98] != 255).any(axis=2)
        hidden.append(plate.mean())
    assert 0.05 < np.median(hidden) < 0.35
    assert max(hidden) < 0.8
