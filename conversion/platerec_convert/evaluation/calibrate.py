"""Fitting a calibration to texts that were right or wrong."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.answers import Floats
from platerec_pipeline.calibration import IDENTITY, Calibration
from platerec_pipeline.decode import Decoder
from platerec_pipeline.grammar import load_grammar

GROUPS = 15
LEAST = 100
"""Texts; of fewer, a group's share of right ones would say little."""


@dataclass(frozen=True)
class Group:
    """Texts of similar scores."""

    texts: int
    score: float
    right: float

    def __add__(self, other: "Group") -> "Group":
        texts = self.texts + other.texts
        score = (self.score * self.texts + other.score * other.texts) / texts
        return Group(texts, score, self.right + other.right)

    @property
    def confidence(self) -> float:
        """The share of right texts."""
        return self.right / self.texts


def score_texts(
    logits: Floats, truth: Sequence[str], calibration: Calibration = IDENTITY, grammar: str = "ru"
) -> list[tuple[float, bool]]:
    """The score of each text that the logits `[N,23,T]` give, and whether the text is right."""
    texts, scores = Decoder(load_grammar(grammar), calibration).decode(logits)
    return [(score, text == true) for text, score, true in zip(texts, scores.tolist(), truth, strict=True)]


def fit_calibration(confidences: Sequence[tuple[float, bool]]) -> Calibration:
    """The isotonic curve of groups of equal size, by pooling neighbours that do not rise (PAV).

    Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates", 2002.
    """
    if len(confidences) < LEAST:
        raise ConversionError(
            f"A calibration needs {LEAST} texts of known plates, these labels give {len(confidences)}."
        )
    ordered = np.array(sorted(confidences))
    rising: list[Group] = []
    for part in np.array_split(ordered, GROUPS):
        group = Group(len(part), float(part[:, 0].mean()), float(part[:, 1].sum()))
        while rising and (rising[-1].confidence >= group.confidence or rising[-1].score >= group.score):
            group = rising.pop() + group
        rising.append(group)
    if len(rising) == 1:
        return Calibration((0.0, 1.0), (rising[0].confidence,) * 2)
    return Calibration(tuple(group.score for group in rising), tuple(group.confidence for group in rising))


def write_calibration(calibration: Calibration, path: Path) -> None:
    """As the pipeline reads it. Raises ConversionError when it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(calibration), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConversionError(f"The calibration {path} cannot be written: {error.strerror}.") from error
