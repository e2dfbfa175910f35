"""Calibration: from the reader's scores to how often such texts are right, as data that was measured."""

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FILE = Path(__file__).parent / "calibration.json"


class CalibrationError(ValueError):
    """A calibration that cannot be used; the message is one sentence for a person."""


@dataclass(frozen=True)
class Calibration:
    """Points of a rising curve from scores to confidences; straight lines between them, level outside."""

    scores: tuple[float, ...]
    confidences: tuple[float, ...]

    def apply(self, scores: Floats) -> Floats:
        """The confidence of each score."""
        return np.interp(scores, self.scores, self.confidences).astype(np.float32)


IDENTITY = Calibration((0.0, 1.0), (0.0, 1.0))
"""Of a reader that nobody measured."""


def load_calibration(path: Path = FILE) -> Calibration:
    """The calibration in a file; the identity where there is none. Raises CalibrationError when it is wrong."""
    if not path.exists():
        return IDENTITY
    return parse_calibration(path.read_text(encoding="utf-8"), str(path))


def parse_calibration(text: str, where: str) -> Calibration:
    """A calibration from JSON: `scores` and `confidences`, both rising, as many of the one as of the other."""
    try:
        data = json.loads(text)
        scores, confidences = (tuple(map(float, data[name])) for name in ("scores", "confidences"))
    except (ValueError, KeyError, TypeError) as error:
        raise CalibrationError(f"{where} is not a calibration: {error!r}") from error
    if len(scores) < 2 or len(scores) != len(confidences):
        raise CalibrationError(f"{where} needs as many confidences as scores, two at least")
    if not all(a < b for a, b in pairwise(scores)) or not all(a <= b for a, b in pairwise(confidences)):
        raise CalibrationError(f"{where} does not rise: scores must grow, confidences must not fall")
    if not all(0 <= value <= 1 for value in (*scores, *confidences)):
        raise CalibrationError(f"{where} leaves the range from 0 to 1")
    return Calibration(scores, confidences)
