"""What the networks are taught by: CTC, and, while they are new, where the plate and its symbols are."""

import torch
from torch import Tensor
from torch.nn import functional

from platerec_convert.synthetic.plates import SYMBOLS

BLANK = len(SYMBOLS)
COLUMNS = 18
SHORT_REGION = (56, 115, 170, 225, 289, 348, 434, 481)
LONG_REGION = (56, 115, 170, 225, 289, 348, 420, 457, 495)
"""The middles of the symbols on a plate of type 1, mm of 520."""


def reading_loss(logits: Tensor, classes: Tensor) -> Tensor:
    """CTC (Graves et al., 2006): logits `[N,23,18]`, classes `[N,9]` padded with -1."""
    log_probabilities = logits.float().log_softmax(dim=1).permute(2, 0, 1)
    lengths = (classes >= 0).sum(dim=1)
    columns = torch.full_like(lengths, logits.shape[2])
    return functional.ctc_loss(
        log_probabilities, classes[classes >= 0], columns, lengths, blank=BLANK, zero_infinity=True
    )


def column_loss(logits: Tensor, classes: Tensor, one_row: Tensor) -> Tensor:
    """Cross entropy against each symbol in the column where it stands on a straight plate, blanks elsewhere.

    Plates of two rows, which have two symbols in a column, are left out.
    """
    if not one_row.any():
        return logits.new_zeros(())
    logits, target = logits[one_row], column_targets(classes[one_row])
    weight = torch.ones(logits.shape[1], device=logits.device)
    weight[BLANK] = 0.5
    return functional.cross_entropy(logits.float(), target, weight=weight)


def column_targets(classes: Tensor) -> Tensor:
    """Classes `[N,9]` of plates of one row to the class of each column, `[N,18]`."""
    target = torch.full((classes.shape[0], COLUMNS), BLANK, device=classes.device)
    long = classes[:, 8] >= 0
    for rows, middles in ((long, LONG_REGION), (~long, SHORT_REGION)):
        # The rectifier leaves a twentieth of the crop free at both sides of the plate.
        columns = [int(((x / 520 * 2 - 1) * 0.95 + 1) / 2 * COLUMNS) for x in middles]
        chosen = rows.nonzero().squeeze(1)
        target[chosen[:, None], torch.tensor(columns, device=classes.device)] = classes[chosen, : len(columns)]
    return target


def rectifying_loss(affine: Tensor, ideal: Tensor) -> Tensor:
    """How far the rectifier is from the ideal map."""
    return (affine.float() - ideal).abs().mean()
