"""What an evaluation asks of a pipeline, and what it is answered."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from platerec_pipeline.decode import Decoder
from platerec_pipeline.plates import Plates

Frame = NDArray[np.uint8]
"""Height, width, 3: BGR, as OpenCV decodes it."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Answer:
    """What the pipeline says of a frame, and the reader's log-probabilities `[n,23,18]`, for votes over frames."""

    plates: Plates
    log_probabilities: Floats

    @property
    def scored_texts(self) -> list[tuple[str, float]]:
        """The text of each box with its score."""
        scores = self.plates.text_scores
        return [] if scores is None else list(zip(self.plates.texts, scores.tolist(), strict=True))


class Recognizer(Protocol):
    """A pipeline, and the decoder of its texts."""

    decoder: Decoder

    def recognize(self, frame: Frame) -> Answer:
        """The plates of a frame, best detection first."""
        ...
