import pytest
import torch
from torch import Tensor

from platerec_convert.synthetic.plates import SYMBOLS
from platerec_convert.training.losses import BLANK, COLUMNS, column_loss, column_targets, reading_loss

TEXTS = ("A123BC77", "X007YO799")
ONE_ROW = torch.tensor([True, True])


@pytest.fixture
def classes() -> Tensor:
    rows = [[SYMBOLS.index(c) for c in text] for text in TEXTS]
    return torch.tensor([row + [-1] * (9 - len(row)) for row in rows])


def certain(targets: Tensor) -> Tensor:
    """Logits that are sure of a class in each column."""
    return torch.nn.functional.one_hot(targets, BLANK + 1).permute(0, 2, 1) * 20.0


def test_the_symbols_stand_in_columns_in_their_order(classes: Tensor) -> None:
    targets = column_targets(classes)
    assert targets.shape == (2, COLUMNS)
    texts = ["".join(SYMBOLS[c] for c in row if c != BLANK) for row in targets]
    assert tuple(texts) == TEXTS


def test_a_certain_and_right_reading_costs_nothing(classes: Tensor) -> None:
    # CTC wants a blank between equal neighbours: 007, 77 and 799 have one only if the columns leave it.
    targets = column_targets(torch.tensor([[SYMBOLS.index(c) for c in "A123BC45"] + [-1]]))
    alone = torch.tensor([[SYMBOLS.index(c) for c in "A123BC45"] + [-1]])
    assert reading_loss(certain(targets), alone) < 1e-3
    assert column_loss(certain(column_targets(classes)), classes, ONE_ROW) < 1e-3


def test_a_wrong_symbol_costs(classes: Tensor) -> None:
    targets = column_targets(classes)
    right = certain(targets)
    wrong = certain(torch.where(targets == SYMBOLS.index("A"), SYMBOLS.index("H"), targets))
    assert reading_loss(wrong, classes) > reading_loss(right, classes) + 0.5
    assert column_loss(wrong, classes, ONE_ROW) > column_loss(right, classes, ONE_ROW) + 0.1


def test_plates_of_two_rows_are_not_told_the_columns_of_one(classes: Tensor) -> None:
    wrong = certain(torch.full_like(column_targets(classes), SYMBOLS.index("H")))
    right = certain(column_targets(classes))
    mixed = torch.cat([right[:1], wrong[1:]])
    assert column_loss(mixed, classes, torch.tensor([True, False])) < 1e-3
    assert column_loss(wrong, classes, torch.tensor([False, False])) == 0
