"""Texts come out of logits as the grammar allows."""

import itertools

import numpy as np
import pytest

from platerec_pipeline.calibration import Calibration
from platerec_pipeline.decode import BLANK, CLASSES, Decoder, Floats, collapse, log_softmax, search
from platerec_pipeline.grammar import Grammar, GrammarError, load_grammar, parse_pattern

COLUMNS = 18
RU = Decoder(load_grammar("ru"))
ANY = Decoder(load_grammar("any"))


def spell(text: str) -> Floats:
    """`[1,23,18]`: a column for each symbol of the text, `-` for a blank, then blanks."""
    logits = np.zeros((1, len(CLASSES), COLUMNS), dtype=np.float32)
    for column, symbol in enumerate(text.ljust(COLUMNS, "-")):
        logits[0, CLASSES.index(symbol), column] = 12
    return logits


@pytest.mark.parametrize("text", ["Y836XH76", "B840OK197"])
def test_a_spelled_plate_is_read_with_confidence(text: str) -> None:
    texts, scores = RU.decode(spell(text))
    assert texts == [text]
    assert scores[0] > 0.99


@pytest.mark.parametrize("spelled", ["A-1-1-1-B-B-7-7", "A1-1-1B-B7-7", "AA1-1-1BB-B7-77"])
def test_doubled_symbols_need_a_blank_between(spelled: str) -> None:
    (text,), _ = RU.decode(spell(spelled))
    assert text == "A111BB77"


def test_a_digit_in_a_letters_place_becomes_the_letter_that_looks_like_it() -> None:
    logits = spell("B8400K197")
    logits[0, CLASSES.index("O"), 4] = 11  # second best: the letter O, where the best is the digit 0
    (text,), (score,) = RU.decode(logits)
    assert text == "B840OK197"
    assert score < 0.5


def test_a_plate_of_which_nothing_is_known_gets_some_text_with_no_confidence() -> None:
    (text,), (score,) = RU.decode(np.zeros((1, len(CLASSES), COLUMNS), dtype=np.float32))
    assert len(text) in {8, 9}
    assert 0 <= score < 1e-6


def test_plates_do_not_depend_on_each_other() -> None:
    logits = np.random.default_rng(1).normal(scale=4, size=(20, len(CLASSES), COLUMNS)).astype(np.float32)
    texts, scores = RU.decode(logits)
    alone = [RU.decode(logits[n : n + 1]) for n in range(len(logits))]
    assert texts == [text for (text,), _ in alone]
    np.testing.assert_allclose(scores, [score for _, (score,) in alone], rtol=1e-5)


def test_a_plate_that_fits_the_grammar_at_once_is_read_as_the_search_reads_it() -> None:
    generator = np.random.default_rng(2)
    logits = np.concatenate([spell("Y836XH76"), spell("B840OK197")]).repeat(10, axis=0)
    logits += generator.normal(scale=3, size=logits.shape).astype(np.float32)
    texts, scores = RU.decode(logits)
    searched, paths = search(RU._states, log_softmax(logits))
    greedy = ANY.decode(logits)[0]
    assert 0 < sum(a == b for a, b in zip(greedy, texts, strict=True)) < len(texts)
    assert texts == searched
    np.testing.assert_allclose(scores, np.exp(paths), rtol=1e-5)


def test_without_a_grammar_the_best_symbol_of_each_column_counts() -> None:
    texts, scores = ANY.decode(np.concatenate([spell("B84O0K197"), spell("-"), spell("7-7-")]))
    assert texts == ["B84O0K197", "", "77"]
    assert min(scores) > 0.99


def test_scores_are_calibrated_and_texts_are_not_touched() -> None:
    decoder = Decoder(load_grammar("ru"), Calibration((0.0, 1.0), (0.0, 0.5)))
    logits = np.concatenate([spell("Y836XH76"), spell("B8400K197")])
    texts, scores = decoder.decode(logits)
    raw_texts, raw_scores = RU.decode(logits)
    assert texts == raw_texts
    np.testing.assert_allclose(scores, raw_scores / 2, rtol=1e-6)
    assert scores.dtype == np.float32


def test_no_plates_are_decoded_to_none() -> None:
    texts, scores = RU.decode(np.zeros((0, len(CLASSES), COLUMNS), dtype=np.float32))
    assert (texts, scores.shape) == ([], (0,))


def test_the_best_of_several_patterns_wins() -> None:
    symbols = {"L": "ABCEHKMOPTXY", "D": "0123456789"}
    decoder = Decoder(Grammar("both", tuple(parse_pattern(p, symbols) for p in ("L DDD LL DD", "LL DDD DD"))))
    texts, scores = decoder.decode(np.concatenate([spell("Y836XH76"), spell("AB1237-7")]))
    assert texts == ["Y836XH76", "AB12377"]
    assert min(scores) > 0.99


def test_a_symbol_that_the_reader_does_not_know_is_named() -> None:
    pattern = parse_pattern("LL", {"L": "AZ"})
    with pytest.raises(GrammarError, match="does not know the symbol 'Z'"):
        Decoder(Grammar("other", (pattern,)))


@pytest.mark.parametrize("seed", range(5))
def test_no_path_is_better_than_the_one_found(seed: int) -> None:
    """Against all paths that there are, for a short plate in few columns."""
    symbols = {"L": "AB", "D": "1A"}  # A may stand at both places: doubled symbols occur
    pattern = parse_pattern("LD[D]", symbols)
    logits = np.random.default_rng(seed).normal(scale=2, size=(1, len(CLASSES), 5)).astype(np.float32)
    (text,), (score,) = Decoder(Grammar("tiny", (pattern,))).decode(logits)
    log_probabilities = log_softmax(logits)[0]
    used = sorted({CLASSES.index(symbol) for symbol in "AB1"} | {BLANK})
    best = max(
        (float(sum(log_probabilities[c, t] for t, c in enumerate(path))), collapse(path))
        for path in itertools.product(used, repeat=5)
        if fits(collapse(path), pattern.places)
    )
    assert text == best[1]
    assert score == pytest.approx(np.exp(best[0]), rel=1e-4)


def fits(text: str, places: tuple[str, ...]) -> bool:
    return len(text) in {2, 3} and all(symbol in place for symbol, place in zip(text, places, strict=False))
