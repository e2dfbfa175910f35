import numpy as np
import pytest

from platerec_convert.synthetic.scenes import Scene, SceneSettings, SceneSource


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
