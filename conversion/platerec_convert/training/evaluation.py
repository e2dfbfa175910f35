"""How often the networks read a synthetic test set exactly, by the width of the plate in the frame."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from platerec_convert.synthetic.plates import SYMBOLS
from platerec_convert.synthetic.samples import SampleSource
from platerec_convert.training.batches import build_batch
from platerec_convert.training.config import ExamSettings

WIDTH_BANDS = (20, 30, 45, 70, 110, 200)
BATCH = 100


@dataclass(frozen=True)
class Outcome:
    """The texts that were read, without help of a grammar, the true ones, and the plates' widths in pixels."""

    truth: tuple[str, ...]
    read: tuple[str, ...]
    widths: NDArray[np.float32]

    def summary(self) -> dict[str, float]:
        """Exact-match rates: over all plates, and in each band of widths."""
        exact = np.array([a == b for a, b in zip(self.read, self.truth, strict=True)])
        rates = {"exact": float(exact.mean())}
        for low, high in pairwise(WIDTH_BANDS):
            inside = (self.widths >= low) & (self.widths < high)
            rates[f"exact_{low}_{high}px"] = float(exact[inside].mean()) if inside.any() else float("nan")
        return rates


class Examination:
    """A test set drawn once, for many evaluations."""

    def __init__(self, test_set: ExamSettings) -> None:
        source = SampleSource(test_set.synthetic)
        numbers = range(-(-test_set.count // BATCH))
        samples = [sample for number in numbers for sample in source.batch(number, BATCH)][: test_set.count]
        self._batch = build_batch(samples)
        self.truth = tuple(sample.plate.text for sample in samples)

    def examine(self, network: nn.Module, device: torch.device) -> Outcome:
        """What the network reads."""
        logits = self.read(network, device)
        return Outcome(self.truth, tuple(map(read_greedily, logits)), self._batch.widths.numpy())

    def read(self, network: nn.Module, device: torch.device) -> NDArray[np.float32]:
        """The logits of all crops, `[N,23,18]`. The network is left in inference mode."""
        network.eval()
        with torch.inference_mode():
            pieces = torch.split(self._batch.crops, BATCH)
            parts = [network(crops.to(device)).float().cpu().numpy() for crops in pieces]
        logits: NDArray[np.float32] = np.concatenate(parts)
        return logits


def read_greedily(logits: NDArray[np.float32]) -> str:
    """The best class of each column `[23,18]`, repeats and blanks dropped; no grammar."""
    best = logits.argmax(axis=0)
    fresh = np.concatenate([[True], best[1:] != best[:-1]])
    return "".join(SYMBOLS[c] for c in best[fresh] if c < len(SYMBOLS))
