"""A pipeline that answers what a test tells it to."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from platerec_convert.evaluation.answers import Answer, Floats, Frame
from platerec_pipeline.decode import CLASSES, Decoder, log_softmax
from platerec_pipeline.grammar import load_grammar
from platerec_pipeline.plates import Plates

Box = tuple[float, float, float, float]
Seen = Sequence[tuple[Box, str]]
"""The boxes of a frame with their texts."""


def spell(text: str, certainty: float = 12.0) -> Floats:
    """`[23,18]`: logits of a text, a blank after each symbol."""
    logits = np.zeros((len(CLASSES), 18), dtype=np.float32)
    for column, symbol in enumerate("-".join(text).ljust(18, "-")):
        logits[CLASSES.index(symbol), column] = certainty
    return logits


class ScriptedRecognizer:
    """Answers one entry of the script after the other, whatever the frame."""

    def __init__(self, script: Sequence[Seen], certainty: float = 12.0) -> None:
        self.decoder = Decoder(load_grammar("ru"))
        self._script = iter(script)
        self._certainty = certainty

    def recognize(self, frame: Frame) -> Answer:
        """The next entry."""
        del frame
        return answer(next(self._script), self.decoder, self._certainty)


def answer(seen: Seen, decoder: Decoder, certainty: float = 12.0) -> Answer:
    """What the pipeline would say."""
    boxes = np.array([box for box, _ in seen], dtype=np.float32).reshape(-1, 4)
    plates = Plates(boxes, np.ones(len(seen), dtype=np.float32))
    if not seen:
        return Answer(plates, np.zeros((0, 0, 0), dtype=np.float32))
    logits = np.stack([spell(text, certainty) for _, text in seen])
    return Answer(plates.read_as(*decoder.decode(logits)), log_softmax(logits))


def write_frames(folder: Path, count: int) -> list[str]:
    """Grey pictures, by name."""
    names = [f"{number}.png" for number in range(count)]
    for name in names:
        Image.new("RGB", (200, 100), "grey").save(folder / name)
    return names
