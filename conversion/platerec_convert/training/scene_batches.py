"""Batches of synthetic scenes as tensors. Batch `n` is the same on every machine, whatever was drawn before it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from platerec_convert.synthetic.scenes import Scene, SceneSettings, SceneSource
from platerec_convert.training.targets import build_target


@dataclass(frozen=True)
class SceneBatch:
    """Pixels `[N,3,s,s]` uint8 BGR, and what is to be found: see `Target`, stacked."""

    pixels: Tensor
    heat: Tensor
    corners: Tensor
    weight: Tensor

    def to(self, device: torch.device) -> "SceneBatch":
        """The same on a device."""
        parts = (self.pixels, self.heat, self.corners, self.weight)
        return SceneBatch(*(part.to(device, non_blocking=True) for part in parts))


def build_scene_batch(scenes: list[Scene]) -> SceneBatch:
    """Stack scenes of one size."""
    targets = [build_target(scene.corners, scene.picture.shape[0]) for scene in scenes]
    return SceneBatch(
        stack_pixels(scenes),
        torch.from_numpy(np.stack([t.heat for t in targets])),
        torch.from_numpy(np.stack([t.corners for t in targets])),
        torch.from_numpy(np.stack([t.weight for t in targets])),
    )


def stack_pixels(scenes: list[Scene]) -> Tensor:
    """Pictures as `[N,3,s,s]` uint8, in memory as they were: the channels last."""
    return torch.from_numpy(np.stack([scene.picture for scene in scenes])).permute(0, 3, 1, 2)


def normalised(pixels: Tensor) -> Tensor:
    """What PlateNet takes: `(x - 127.5) / 128`."""
    return (pixels.float() - 127.5) / 128


class SceneBatches(IterableDataset[SceneBatch]):
    """Batches from number `first` on, without end, dealt out among the workers."""

    def __init__(self, settings: SceneSettings, size: int, first: int) -> None:
        self.settings = settings
        self.size = size
        self.first = first

    def __iter__(self) -> Iterator[SceneBatch]:
        worker = get_worker_info()
        index, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        source = SceneSource(self.settings)
        number = self.first + index
        while True:
            yield build_scene_batch(source.batch(number, self.size))
            number += workers


def build_scene_loader(settings: SceneSettings, size: int, first: int, workers: int) -> DataLoader[SceneBatch]:
    """Batches in the order of their numbers, drawn ahead by worker processes."""
    ahead = 8 if workers else None
    data = SceneBatches(settings, size, first)
    return DataLoader(data, batch_size=None, num_workers=workers, prefetch_factor=ahead)
