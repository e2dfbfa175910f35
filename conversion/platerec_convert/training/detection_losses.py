"""What PlateNet is taught by."""

import torch
from torch import Tensor
from torch.nn import functional

CORNERS = 8.0
"""How much the corners count beside the heat map."""


def detection_loss(answer: Tensor, heat: Tensor, corners: Tensor, weight: Tensor) -> Tensor:
    """Answer `[N,9,h,w]` against heat `[N,h,w]`, corners `[N,8,h,w]` and their weights `[N,h,w]`."""
    answer = answer.float()
    plates = (heat == 1).sum().clamp(min=1)
    return (heat_loss(answer[:, 0], heat) + CORNERS * corner_loss(answer[:, 1:], corners, weight)) / plates


def heat_loss(logits: Tensor, heat: Tensor) -> Tensor:
    """The focal loss of Law and Deng, "CornerNet", 2018 (arXiv:1808.01244): less penalty near a middle. A sum."""
    probability = logits.sigmoid()
    hit = -functional.logsigmoid(logits) * (1 - probability) ** 2
    false = -functional.logsigmoid(-logits) * probability**2 * (1 - heat) ** 4
    return torch.where(heat == 1, hit, false).sum()


def corner_loss(found: Tensor, corners: Tensor, weight: Tensor) -> Tensor:
    """Mean distance of the eight coordinates, weighted. A sum over cells."""
    return ((found - corners).abs().mean(dim=1) * weight).sum()
