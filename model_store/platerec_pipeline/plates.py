"""The plates of one frame, and the tensors that a client gets of them."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

REPORTING_THRESHOLD = 0.2
"""The least text score at which people are shown a text; programs get every text with its score."""


@dataclass(frozen=True)
class Plates:
    """Boxes `[n,4]` (x1,y1,x2,y2 in the frame's pixels), detection scores `[n]`, texts and their scores `[n]`.

    Every box above the threshold is reported, a plate that cannot be read too: its text is then the best guess and
    its text score near 0. What to trust is the client's choice, and a plate that was seen is never hidden.
    """

    boxes: Floats
    detection_scores: Floats
    texts: tuple[str, ...] = ()
    text_scores: Floats | None = None

    @classmethod
    def above(cls, boxes: Floats, scores: Floats, threshold: float, most: int) -> "Plates":
        """The detector's rows, best first, that reach the threshold; at most `most` of them."""
        count = min(int((scores >= threshold).sum()), most)
        return cls(boxes[:count], scores[:count])

    def read_as(self, texts: list[str], scores: Floats) -> "Plates":
        """The same plates with their texts."""
        return replace(self, texts=tuple(texts), text_scores=scores)

    def as_outputs(self, release: str) -> dict[str, NDArray[Any]]:
        """The outputs of `plate_recognition` by name."""
        scores = self.text_scores if self.text_scores is not None else np.zeros(len(self.texts), dtype=np.float32)
        return {
            "coordinates": self.boxes,
            "texts": column([text.encode() for text in self.texts]),
            "text_scores": scores.reshape(-1, 1),
            "detection_scores": self.detection_scores.reshape(-1, 1),
            "release": np.array([release.encode()], dtype=np.object_),
        }


def column(values: list[bytes]) -> NDArray[np.object_]:
    """`[n,1]`, also of none."""
    return np.array(values, dtype=np.object_).reshape(-1, 1)
