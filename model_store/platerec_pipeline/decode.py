"""From the reader's logits to texts: the best path that the grammar allows, for all plates of a frame at once.

The logits are those of connectionist temporal classification (Graves et al., 2006): in each column a symbol or a
blank; equal neighbours are one symbol, blanks fall out. Where the best path does not fit the grammar, the search is
Viterbi's over the grammar's states, so that no text outside the grammar can come out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from platerec_pipeline.calibration import IDENTITY, Calibration
from platerec_pipeline.grammar import Grammar, GrammarError, Pattern

CLASSES = "0123456789ABEKMHOPCTYX-"
"""What the reader's outputs stand for, in their order; the last is the blank."""

BLANK = len(CLASSES) - 1
IMPOSSIBLE = np.float32(-1e9)

Floats = NDArray[np.float32]
Integers = NDArray[np.intp]


@dataclass(frozen=True)
class States:
    """What a search is in after a column: the start, a symbol of a place, or the blank after one.

    `classes` `[S]`: the class that a state reads. `sources` `[M,S]`: the states it may follow, repeated to fill up.
    `ends`: those in which a plate is whole.
    """

    classes: Integers
    sources: Integers
    ends: Integers


class Decoder:
    """Decodes logits under one grammar; build it once, not for each frame."""

    def __init__(self, grammar: Grammar, calibration: Calibration = IDENTITY) -> None:
        self._calibration = calibration
        self._states = build_states(grammar.patterns)
        self._allowed = re.compile("|".join(map(build_expression, grammar.patterns)) or ".*")

    def decode(self, logits: Floats) -> tuple[list[str], Floats]:
        """`[N,23,T]` to the best text of each plate and its score in [0,1], the calibrated probability of its path.

        Every plate gets the best text that the grammar allows, however bad: the score says how far to trust it.
        """
        log_probabilities = log_softmax(logits)
        # The best path of all is also the best of those that the grammar allows, if it is one of them; most are.
        texts, scores = read_greedily(log_probabilities)
        refused = [plate for plate, text in enumerate(texts) if not self._allowed.fullmatch(text)]
        if refused:
            found, scores[refused] = search(self._states, log_probabilities[refused])
            for plate, text in zip(refused, found, strict=True):
                texts[plate] = text
        return texts, self._calibration.apply(np.exp(scores))


def read_greedily(log_probabilities: Floats) -> tuple[list[str], Floats]:
    """The text of the best class in each column, without a grammar, and the log-probability of that path."""
    paths = log_probabilities.argmax(axis=1).tolist()
    return [collapse(path) for path in paths], log_probabilities.max(axis=1).sum(axis=1)


def collapse(path: Sequence[int]) -> str:
    """The text that a path of classes spells: equal neighbours are one symbol, blanks fall out."""
    return "".join(CLASSES[symbol] for symbol, _ in groupby(path) if symbol != BLANK)


def build_expression(pattern: Pattern) -> str:
    """The regular expression of the texts of a pattern."""
    places = [f"[{symbols}]" for symbols in pattern.places]
    return "|".join("".join(places[:length]) for length in pattern.lengths)


def build_states(patterns: Sequence[Pattern]) -> States:
    """The states of all patterns, with the start in common. Raises GrammarError for a symbol that is not read."""
    classes, sources = [BLANK], [[0]]
    ends: list[int] = []
    for pattern in patterns:
        earlier = range(1)
        for length, symbols in enumerate(pattern.places, start=1):
            here = range(len(classes), len(classes) + len(symbols) + 1)
            for state, symbol in zip(here, map(find_class, symbols), strict=False):
                classes.append(symbol)
                # Equal neighbours are one symbol: between two of the same there must be a blank.
                sources.append([state, *(other for other in earlier if classes[other] != symbol)])
            classes.append(BLANK)
            sources.append(list(here))
            ends += here if length in pattern.lengths else ()
            earlier = here
    most = max(map(len, sources))
    filled = [states + states[:1] * (most - len(states)) for states in sources]
    return States(np.array(classes), np.array(filled).T.copy(), np.array(ends, dtype=np.intp))


def find_class(symbol: str) -> int:
    """The class of a symbol."""
    if symbol not in CLASSES[:BLANK]:
        raise GrammarError(f"the plate reader does not know the symbol {symbol!r} of the grammar")
    return CLASSES.index(symbol)


def log_softmax(logits: Floats) -> Floats:
    """Over the classes, the second axis."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


def search(states: States, log_probabilities: Floats) -> tuple[list[str], Floats]:
    """The best text of each plate that the states allow, and the log-probability of its path."""
    history = _forward(states, log_probabilities)
    ends = history[-1][states.ends]
    last = states.ends[ends.argmax(axis=0)]
    texts = [_trace(states, history[:, :, plate], int(state)) for plate, state in enumerate(last)]
    return texts, ends.max(axis=0)


def _forward(states: States, log_probabilities: Floats) -> Floats:
    """`[T+1,S,N]`: the best path to each state, before the first column and after each."""
    gains = log_probabilities[:, states.classes].transpose(2, 1, 0)
    history = np.full((len(gains) + 1, *gains.shape[1:]), IMPOSSIBLE, dtype=np.float32)
    history[0, 0] = 0
    for before, gain, after in zip(history, gains, history[1:], strict=False):
        np.add(np.maximum.reduce(before.take(states.sources, axis=0)), gain, out=after)
    return history


def _trace(states: States, history: Floats, state: int) -> str:
    """The text of one plate, followed back from its last state: `[T+1,S]` -> text."""
    path = [state]
    for before in history[-2:0:-1]:
        sources = states.sources[:, state]
        state = sources[before[sources].argmax()]
        path.append(state)
    return collapse(states.classes[path[::-1]].tolist())
