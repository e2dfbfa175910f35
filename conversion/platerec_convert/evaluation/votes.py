"""One text of many readings of a plate. Pure.

Every frame is a witness: a text is judged by the probability that each frame gives it, over all ways to place it in
the columns (connectionist temporal classification, Graves et al., 2006). On synthetic tracks of twelve frames of small
plates that finds twice as many as the mean of the log-probabilities, which blurs symbols that change their columns.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from platerec_convert.evaluation.answers import Floats
from platerec_pipeline.decode import BLANK, CLASSES, Decoder

MISREAD = -12.0
"""Log of the probability that a frame shows nothing of the plate: how much a single one can say against a text."""

CANDIDATES = 20
"""Texts to choose from, those that were read best, beside the one of the mean."""

IMPOSSIBLE = -1e9


@dataclass(frozen=True)
class Reading:
    """What one frame says of a plate: log-probabilities `[23,T]`, and the text of them with its score."""

    log_probabilities: Floats
    text: str
    score: float


def vote(readings: list[Reading], decoder: Decoder) -> str:
    """The text that all readings together make most likely."""
    frames = np.stack([reading.log_probabilities for reading in readings])
    totals: defaultdict[str, float] = defaultdict(float)
    for reading in readings:
        totals[reading.text] += reading.score
    candidates = sorted(totals, key=totals.__getitem__, reverse=True)[:CANDIDATES]
    candidates.append(read_mean(frames, [reading.score for reading in readings], decoder))
    return max(candidates, key=lambda text: np.logaddexp(text_log_probabilities(frames, text), MISREAD).sum())


def read_mean(frames: Floats, scores: list[float], decoder: Decoder) -> str:
    """The text of the mean of `[F,23,T]`, frames with better texts counting more: it may be read in none of them."""
    weights = np.array(scores, dtype=np.float32) + np.float32(1e-6)
    (text,), _ = decoder.decode(np.average(frames, axis=0, weights=weights)[None].astype(np.float32))
    return text


def text_log_probabilities(frames: Floats, text: str) -> NDArray[np.float64]:
    """Of a text in each frame, `[F,23,T]` -> `[F]`: the sum over all its paths, by the forward algorithm of CTC."""
    classes = [BLANK]
    for symbol in text:
        classes += [CLASSES.index(symbol), BLANK]
    # The blank between two symbols may be left out, if they are not the same.
    skips = [symbol not in {BLANK, before} for symbol, before in zip(classes, [BLANK, BLANK, *classes], strict=False)]
    state = np.full((len(frames), len(classes) + 2), IMPOSSIBLE)
    state[:, 1] = 0  # the start, from where the first column goes to the first blank or symbol
    for column in frames[:, classes].astype(np.float64).transpose(2, 0, 1):
        stay, step, skip = state[:, 2:], state[:, 1:-1], np.where(skips, state[:, :-2], IMPOSSIBLE)
        state[:, 2:] = np.logaddexp(np.logaddexp(stay, step), skip) + column
        state[:, 1] = IMPOSSIBLE
    result: NDArray[np.float64] = np.logaddexp.reduce(state[:, -2:], axis=1)
    return result
