"""Readings of one plate give one text."""

import numpy as np
import pytest
import torch

from platerec_convert.evaluation.answers import Floats
from platerec_convert.evaluation.votes import Reading, text_log_probabilities, vote
from platerec_convert.tests.evaluation.scripted import spell
from platerec_pipeline.decode import BLANK, CLASSES, Decoder, log_softmax
from platerec_pipeline.grammar import load_grammar

DECODER = Decoder(load_grammar("ru"))


def read(logits: Floats) -> Reading:
    (text,), (score,) = DECODER.decode(logits[None])
    return Reading(log_softmax(logits[None])[0], text, float(score))


@pytest.mark.parametrize("text", ["Y836XH76", "A111BB177", "7"])
def test_a_texts_probability_is_that_of_ctc(text: str) -> None:
    frames = log_softmax(np.random.default_rng(1).normal(scale=3, size=(4, len(CLASSES), 18)).astype(np.float32))
    classes = torch.tensor([[CLASSES.index(symbol) for symbol in text]] * 4)
    lengths = torch.full((4,), len(text))
    columns = torch.from_numpy(frames).permute(2, 0, 1)
    loss = torch.nn.functional.ctc_loss(columns, classes, torch.full((4,), 18), lengths, blank=BLANK, reduction="none")
    np.testing.assert_allclose(text_log_probabilities(frames, text), -loss, rtol=1e-4)


def test_no_text_is_blanks_alone() -> None:
    frames = log_softmax(np.random.default_rng(1).normal(size=(4, len(CLASSES), 18)).astype(np.float32))
    np.testing.assert_allclose(text_log_probabilities(frames, ""), frames[:, BLANK].sum(axis=1), rtol=1e-6)


def test_frames_that_are_each_wrong_elsewhere_are_right_together() -> None:
    readings = [read(spell(text, certainty=5.0)) for text in ("Y836XH77", "Y838XH76", "T836XH76")]
    assert vote(readings, DECODER) == "Y836XH76"


def test_a_sure_frame_outvotes_two_unsure_ones() -> None:
    readings = [read(spell("Y836XH76", 20.0)), read(spell("T111AA77", 3.0)), read(spell("T111AA77", 3.0))]
    assert vote(readings, DECODER) == "Y836XH76"


def test_symbols_may_stand_in_other_columns_from_frame_to_frame() -> None:
    right = spell("Y836XH76", 6.0)
    moved = np.roll(right, 1, axis=1)
    wrong = spell("Y838XH76", 6.0)
    assert vote([read(each) for each in (right, moved, wrong)], DECODER) == "Y836XH76"


def test_one_frame_of_something_else_does_not_spoil_a_track() -> None:
    readings = [read(spell("Y836XH76", 6.0))] * 3 + [read(spell("A111AA77", 20.0))]
    assert vote(readings, DECODER) == "Y836XH76"


def test_frames_without_any_confidence_give_some_text() -> None:
    blank = Reading(log_softmax(np.zeros((1, len(CLASSES), 18), dtype=np.float32))[0], "A111AA77", 0.0)
    assert len(vote([blank, blank], DECODER)) in {8, 9}
