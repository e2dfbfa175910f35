from itertools import islice

import pytest
import torch

from platerec_convert.synthetic.plates import SYMBOLS
from platerec_convert.synthetic.samples import SampleSource, SyntheticSettings
from platerec_convert.training.batches import Batch, build_batch, build_loader

SETTINGS = SyntheticSettings(seed=3)


def drawn(first: int, count: int, workers: int = 0) -> list[Batch]:
    return list(islice(build_loader(SETTINGS, 4, first, workers), count))


def test_a_batch_holds_normalised_crops_and_the_classes_of_their_texts() -> None:
    samples = SampleSource(SETTINGS).batch(0, 4)
    batch = build_batch(samples)
    assert batch.crops.shape == (4, 3, 24, 94)
    assert batch.crops.min() >= -127.5 / 128
    assert batch.crops.max() <= 127.5 / 128
    assert batch.crops[0, :, 5, 7].tolist() == pytest.approx(((samples[0].crop[5, 7] - 127.5) / 128).tolist())
    texts = ["".join(SYMBOLS[c] for c in row if c >= 0) for row in batch.classes]
    assert texts == [sample.plate.text for sample in samples]


def test_a_resumed_training_sees_the_batches_that_it_would_have_seen() -> None:
    whole, resumed = drawn(0, 3), drawn(2, 1)
    assert torch.equal(whole[2].crops, resumed[0].crops)
    assert not torch.equal(whole[1].crops, resumed[0].crops)


def test_worker_processes_change_nothing() -> None:
    for here, there in zip(drawn(0, 3), drawn(0, 3, workers=2), strict=True):
        assert torch.equal(here.crops, there.crops)
        assert torch.equal(here.classes, there.classes)
