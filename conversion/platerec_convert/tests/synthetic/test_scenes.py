import numpy as np
import pytest
from pydantic import ValidationError

from platerec_convert.synthetic.scenes import Scene, SceneSettings, SceneSource, visible


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return SceneSource(SceneSettings(seed=5, severity=0)).batch(0, 40)


def test_a_batch_is_the_same_whoever_draws_it_and_when(scenes: list[Scene]) -> None:
    source = SceneSource(SceneSettings(seed=5, severity=0))
    source.batch(3, 2)
    again = source.batch(0, 5)
    for one, two in zip(scenes, again, strict=False):
        assert np.array_equal(one.picture, two.picture)
        assert np.array_equal(one.corners, two.corners)


def test_scenes_have_no_one_and_several_plates(scenes: list[Scene]) -> None:
    counts = [len(scene.corners) for scene in scenes]
    assert {0, 1, 2} <= set(counts)
    assert 0.1 < counts.count(0) / len(counts) < 0.5


def test_every_plate_lies_in_the_picture(scenes: list[Scene]) -> None:
    for scene in scenes:
        assert scene.picture.shape == (256, 256, 3)
        assert scene.corners.min(initial=128) >= 0
        assert scene.corners.max(initial=128) <= 256


def test_the_corners_go_round_each_plate_from_its_top_left(scenes: list[Scene]) -> None:
    for corners in (quad for scene in scenes for quad in scene.corners):
        across, down = corners[1] - corners[0], corners[3] - corners[0]
        assert across[0] > 0
        assert across[0] * down[1] - across[1] * down[0] > 0


def test_many_plates_lean(scenes: list[Scene]) -> None:
    across = np.array([quad[1] - quad[0] for scene in scenes for quad in scene.corners])
    lean = np.abs(np.degrees(np.arctan2(across[:, 1], across[:, 0])))
    assert 0.1 < (lean > 12).mean() < 0.5
    assert lean.max() < 50


def test_plates_are_lit_in_many_colours(scenes: list[Scene]) -> None:
    """Beyond what a camera's white balance would leave."""
    tints = []
    for scene in scenes:
        for quad in scene.corners:
            x1, y1 = quad.min(axis=0).astype(int)
            x2, y2 = quad.max(axis=0).astype(int)
            blue, green, red = np.percentile(scene.picture[y1:y2, x1:x2].reshape(-1, 3), 80, axis=0)
            tints.append((max(blue, green, red) - min(blue, green, red)) / max(blue, green, red))
    assert np.quantile(tints, 0.1) < 0.1
    assert np.quantile(tints, 0.9) > 0.2


def test_another_bank_of_plates_makes_other_scenes() -> None:
    one, two = (SceneSource(SceneSettings(seed=5, severity=0, panels=count)).batch(0, 12) for count in (1, 9))
    assert not all(np.array_equal(a.picture, b.picture) for a, b in zip(one, two, strict=True))


def test_a_plate_lost_in_the_dark_or_in_noise_counts_as_not_seen() -> None:
    street = np.full((60, 100, 3), 60, np.uint8)
    street[20:40, 20:80] = 220
    corners = np.array([[20, 20], [80, 20], [80, 40], [20, 40]], np.float32)
    noise = np.random.default_rng(1).integers(0, 255, street.shape).astype(np.uint8)
    assert visible(street, street, corners)
    assert not visible(street, street // 60, corners)
    assert not visible(street, noise, corners)


def test_the_narrowest_plate_is_no_wider_than_the_widest() -> None:
    with pytest.raises(ValidationError, match="narrowest is more than widest"):
        SceneSettings(seed=1, narrowest=60, widest=50)


def test_a_plate_is_full_of_edges_where_its_corners_say() -> None:
    """Most plates' middles have more contrast than the same place without the plate would."""
    source = SceneSource(SceneSettings(seed=6, severity=0, narrowest=60))
    contrasts = []
    for scene in source.batch(0, 30):
        for corners in scene.corners:
            x, y = corners.mean(axis=0).astype(int)
            reach = int(np.ptp(corners[:, 0]) / 5)
            contrasts.append(scene.picture[y - 2 : y + 3, x - reach : x + reach].max(axis=2).std())
    assert np.median(contrasts) > 25
