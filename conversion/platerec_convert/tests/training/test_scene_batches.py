from itertools import islice

import numpy as np
import torch

from platerec_convert.synthetic.scenes import SceneSettings, SceneSource
from platerec_convert.training.scene_batches import build_scene_batch, build_scene_loader, normalised

SETTINGS = SceneSettings(seed=1, side=96, widest=40)


def test_a_batch_holds_pictures_and_what_is_to_be_found_in_them() -> None:
    scenes = SceneSource(SETTINGS).batch(0, 6)
    batch = build_scene_batch(scenes)
    assert batch.pixels.shape == (6, 3, 96, 96)
    assert np.array_equal(batch.pixels[0].permute(1, 2, 0).numpy(), scenes[0].picture)
    assert batch.corners.shape == (6, 8, 24, 24)
    assert (batch.heat == 1).sum() == sum(len(scene.corners) for scene in scenes)


def test_the_network_takes_pixels_about_zero() -> None:
    assert normalised(torch.tensor([0, 255], dtype=torch.uint8)).tolist() == [-127.5 / 128, 127.5 / 128]


def test_a_loader_goes_on_where_it_is_told_to() -> None:
    from_start = list(islice(build_scene_loader(SETTINGS, 2, 0, workers=0), 3))
    later = next(iter(build_scene_loader(SETTINGS, 2, 2, workers=0)))
    assert torch.equal(from_start[2].pixels, later.pixels)
    assert torch.equal(from_start[2].heat, later.heat)


def test_workers_change_nothing() -> None:
    alone, helped = (islice(build_scene_loader(SETTINGS, 2, 0, workers), 3) for workers in (0, 2))
    for one, two in zip(alone, helped, strict=True):
        assert torch.equal(one.pixels, two.pixels)
