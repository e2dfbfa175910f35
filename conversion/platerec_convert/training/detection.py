"""How many plates of a synthetic test set the detector finds, how many it makes up, and how well it sees corners."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from platerec_convert.evaluation.overlap import match_boxes
from platerec_convert.networks.corners import decode_cells
from platerec_convert.networks.crops import bounds_of
from platerec_convert.networks.detector import DetectorSettings, suppressed
from platerec_convert.synthetic.scenes import SceneSource
from platerec_convert.training.config import DetectorExamSettings
from platerec_convert.training.scene_batches import normalised, stack_pixels

Floats = NDArray[np.float32]

THRESHOLD = 0.4
"""Scores from here on are plates, as in the pipeline."""

OVERLAP = 0.5
WIDTH_BANDS = (14, 25, 45, 110)
BATCH = 20


@dataclass(frozen=True)
class Found:
    """Of one scene: the plates, the width of each, whether it was found, and by how many pixels its corners missed."""

    widths: Floats
    found: NDArray[np.bool_]
    errors: Floats
    boxes: int
    """How many boxes there were, right and wrong."""


class DetectorExamination:
    """A test set drawn once, for many evaluations."""

    def __init__(self, test_set: DetectorExamSettings) -> None:
        source = SceneSource(test_set.scenes)
        numbers = range(-(-test_set.count // BATCH))
        self._scenes = [scene for number in numbers for scene in source.batch(number, BATCH)][: test_set.count]

    def examine(self, network: nn.Module, device: torch.device) -> dict[str, float]:
        """Let the network look at all of it. The network is left in inference mode."""
        network.eval()
        outcomes = []
        with torch.inference_mode():
            for first in range(0, len(self._scenes), BATCH):
                scenes = self._scenes[first : first + BATCH]
                answers = network(normalised(stack_pixels(scenes).to(device))).float().cpu()
                outcomes += [compare(find(a), scene.corners) for a, scene in zip(answers, scenes, strict=True)]
        return summarise(outcomes)


def find(answer: Tensor) -> Floats:
    """The plates in PlateNet's answer `[9,h,w]` to one scene, best first: corners `[n,4,2]`."""
    corners, scores = decode_cells(answer[None])
    order = scores.argsort(descending=True)[: int((scores >= THRESHOLD).sum())]
    corners = corners[order]
    alone = ~suppressed(bounds_of(corners), DetectorSettings().overlap) if len(corners) else slice(None)
    return np.asarray(corners[alone].numpy(), dtype=np.float32)


def compare(found: Floats, plates: Floats) -> Found:
    """Corners found `[n,4,2]` with the true ones `[m,4,2]`."""
    hits, errors = np.zeros(len(plates), dtype=bool), np.full(len(plates), np.nan, np.float32)
    for one, plate in match_boxes(_boxes(found), _boxes(plates), OVERLAP):
        hits[plate] = True
        errors[plate] = np.linalg.norm(found[one] - plates[plate], axis=1).mean()
    return Found(np.linalg.norm(plates[:, 1] - plates[:, 0], axis=1), hits, errors, len(found))


def summarise(outcomes: list[Found]) -> dict[str, float]:
    """Recall and precision, the mean distance of found corners, and recall in each band of widths."""
    widths = np.concatenate([one.widths for one in outcomes])
    found = np.concatenate([one.found for one in outcomes])
    errors = np.concatenate([one.errors for one in outcomes])
    rates = {
        "recall": _share(found),
        "precision": float(found.sum() / max(1, sum(one.boxes for one in outcomes))),
        "corner_error_px": float(errors[found].mean()) if found.any() else float("nan"),
    }
    for low, high in pairwise(WIDTH_BANDS):
        rates[f"recall_{low}_{high}px"] = _share(found[(widths >= low) & (widths < high)])
    return rates


def _share(hits: NDArray[np.bool_]) -> float:
    return float(hits.mean()) if hits.size else float("nan")


def _boxes(corners: Floats) -> Floats:
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
