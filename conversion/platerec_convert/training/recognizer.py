"""Rectifier and reader as one module: what is trained together."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from platerec_convert.networks.lprnet import LPRNet
from platerec_convert.networks.stn import SpatialTransformer

PLATE_IN_CROP = torch.tensor([[-0.95, -0.86, 1.0], [0.95, -0.86, 1.0], [0.95, 0.86, 1.0], [-0.95, 0.86, 1.0]])
"""Where the rectifier is to put a plate's corners, a little inside the crop; x, y and 1."""


class PlateRecognizer(nn.Module):
    """Crops `[N,3,24,94]` to logits `[N,23,18]`."""

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.rectifier = SpatialTransformer()
        self.reader = LPRNet(dropout=dropout)

    def forward(self, crops: Tensor) -> Tensor:
        """Rectify and read."""
        logits: Tensor = self.reader(self.rectifier(crops))
        return logits

    def read_through(self, crops: Tensor, affine: Tensor) -> Tensor:
        """Read crops that are rectified by a given map `[N,2,3]` in place of the rectifier's own."""
        grid = functional.affine_grid(affine, list(crops.shape), align_corners=True)
        straight = functional.grid_sample(crops, grid, align_corners=True)
        logits: Tensor = self.reader(straight.contiguous(memory_format=torch.channels_last))
        return logits


def ideal_affine(corners: Tensor) -> Tensor:
    """The affine map that best brings a plate with these corners `[N,4,2]` into its place: `[N,2,3]`."""
    solve = torch.linalg.pinv(PLATE_IN_CROP).to(corners)
    return torch.einsum("kj,njc->nck", solve, corners)
