"""Batches of synthetic samples as tensors. Batch `n` is the same on every machine, whatever was drawn before it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from platerec_convert.synthetic.plates import SYMBOLS, PlateType
from platerec_convert.synthetic.samples import Sample, SampleSource, SyntheticSettings


@dataclass(frozen=True)
class Batch:
    """Crops `[N,3,24,94]` as (x - 127.5) / 128, classes `[N,9]` padded with -1, corners `[N,4,2]`, widths `[N]` px.

    `one_row` `[N]`: whether all symbols of the plate stand in one row.
    """

    crops: Tensor
    classes: Tensor
    corners: Tensor
    widths: Tensor
    one_row: Tensor

    def to(self, device: torch.device) -> "Batch":
        """The same on a device."""
        parts = (self.crops, self.classes, self.corners, self.widths, self.one_row)
        return Batch(*(part.to(device, non_blocking=True) for part in parts))


def build_batch(samples: list[Sample]) -> Batch:
    """Stack samples."""
    pixels = torch.from_numpy(np.stack([s.crop for s in samples])).permute(0, 3, 1, 2).float()
    classes = torch.full((len(samples), 9), -1, dtype=torch.long)
    for row, sample in enumerate(samples):
        text = [SYMBOLS.index(c) for c in sample.plate.text]
        classes[row, : len(text)] = torch.tensor(text)
    corners = torch.from_numpy(np.stack([s.corners for s in samples]))
    widths = torch.tensor([s.width for s in samples], dtype=torch.float32)
    one_row = torch.tensor([s.plate.type is PlateType.ONE_ROW for s in samples])
    return Batch((pixels - 127.5) / 128, classes, corners, widths, one_row)


class SyntheticBatches(IterableDataset[Batch]):
    """Batches from number `first` on, without end, dealt out among the workers."""

    def __init__(self, settings: SyntheticSettings, size: int, first: int) -> None:
        self.settings = settings
        self.size = size
        self.first = first

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        index, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        source = SampleSource(self.settings)
        number = self.first + index
        while True:
            yield build_batch(source.batch(number, self.size))
            number += workers


def build_loader(settings: SyntheticSettings, size: int, first: int, workers: int) -> DataLoader[Batch]:
    """Batches in the order of their numbers, drawn ahead by worker processes."""
    ahead = 8 if workers else None
    data = SyntheticBatches(settings, size, first)
    return DataLoader(data, batch_size=None, num_workers=workers, prefetch_factor=ahead)
