import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from platerec_convert.synthetic.plates import SYMBOLS
from platerec_convert.synthetic.samples import Sample, SampleSource, SyntheticSettings
from platerec_convert.training.batches import build_batch
from platerec_convert.training.config import ExamSettings
from platerec_convert.training.evaluation import Examination, Outcome, read_greedily

SYNTHETIC = SyntheticSettings(seed=2)
CPU = torch.device("cpu")


def logits_of(columns: str) -> NDArray[np.float32]:
    return np.eye(23, dtype=np.float32)[[(SYMBOLS + "-").index(c) for c in columns]].T


class Knowing(torch.nn.Module):
    """Knows some crops' texts by heart, and no others."""

    def __init__(self, samples: list[Sample]) -> None:
        super().__init__()
        batch = build_batch(samples)
        self.texts = {crop.numpy().tobytes(): s.plate.text for crop, s in zip(batch.crops, samples, strict=True)}

    def forward(self, crops: Tensor) -> Tensor:
        texts = [self.texts.get(crop.numpy().tobytes(), "") for crop in crops]
        return torch.from_numpy(np.stack([logits_of("-".join(t).ljust(18, "-")[:18]) for t in texts]))


@pytest.mark.parametrize(
    ("columns", "text"), [("AA-1122--33-BB-C-7", "A123BC7"), ("0-0-0-------------", "000"), ("-" * 18, "")]
)
def test_repeats_and_blanks_fall_out(columns: str, text: str) -> None:
    assert read_greedily(logits_of(columns)) == text


def test_a_network_that_knows_all_plates_is_always_exact() -> None:
    network = Knowing(SampleSource(SYNTHETIC).batch(0, 100))
    outcome = Examination(ExamSettings(count=30, synthetic=SYNTHETIC)).examine(network, CPU)
    assert outcome.summary()["exact"] == 1.0
    assert len(outcome.truth) == 30


def test_a_network_that_knows_half_of_them_is_exact_in_half() -> None:
    samples = SampleSource(SYNTHETIC).batch(0, 100)[:30]
    outcome = Examination(ExamSettings(count=30, synthetic=SYNTHETIC)).examine(Knowing(samples[:15]), CPU)
    assert outcome.summary()["exact"] == pytest.approx(0.5)


def test_the_rate_of_a_band_counts_its_widths_alone() -> None:
    outcome = Outcome(("A", "B", "C"), ("A", "B", "X"), np.array([25, 50, 60], np.float32))
    summary = outcome.summary()
    assert summary["exact_20_30px"] == 1.0
    assert summary["exact_45_70px"] == 0.5
    assert np.isnan(summary["exact_110_200px"])
