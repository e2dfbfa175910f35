"""What PlateNet's answer means: a plate in each cell, by its corners and a score."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from platerec_convert.networks.platenet import CELL


class CornerNetwork(nn.Module):
    """PlateNet as a network for `PlateDetector`."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """`[1,3,h,w]`, BGR 0..255, sides multiples of 32, to corners `[A,4,2]` in pixels and scores `[A]`."""
        return decode_cells(self.network((pixels - 127.5) / 128))


def decode_cells(answer: Tensor) -> tuple[Tensor, Tensor]:
    """`[1,9,h,w]` to the corners `[h*w,4,2]` in pixels and the scores `[h*w]`, 0 but where a peak is.

    The centres are counted from the tensor itself, so that neither a size nor a device becomes a constant.
    """
    logits, offsets = answer[:, :1], answer[0, 1:]
    ones = torch.ones_like(logits[0, 0])
    centre = torch.stack([ones.cumsum(1) - 0.5, ones.cumsum(0) - 0.5])
    corners = (offsets + centre.repeat(4, 1, 1)).flatten(1).transpose(0, 1) * CELL
    peaks = functional.max_pool2d(logits, kernel_size=3, stride=1, padding=1) == logits
    return corners.reshape(-1, 4, 2), (logits.sigmoid() * peaks).flatten()
