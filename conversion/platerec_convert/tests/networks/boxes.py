"""Stand-ins for detection networks, whose answers a test can work out."""

import torch
from torch import Tensor, nn

from platerec_convert.networks.crops import corners_of


class DarkSpots(nn.Module):
    """Finds dark 8x8 cells: each cell's box, scored by its darkness."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """`[1,3,h,w]`, 0..255, to corners `[A,4,2]` and scores `[A]`."""
        dark = 1 - nn.functional.avg_pool2d(x.mean(dim=1, keepdim=True) / 255, 8)[0, 0]
        ones = torch.ones_like(dark)
        corner = torch.stack([ones.cumsum(1) - 1, ones.cumsum(0) - 1], dim=2).flatten(0, 1) * 8
        return corners_of(torch.cat([corner, corner + 8], dim=1)), dark.flatten()


class DarkCells(nn.Module):
    """As PlateNet answers: a plate about each dark cell, leaning by how dark it is."""

    def forward(self, x: Tensor) -> Tensor:
        """`[1,3,h,w]`, -1..1, to `[1,9,h/4,w/4]`."""
        dark = -nn.functional.avg_pool2d(x.mean(dim=1, keepdim=True), 4)
        lean = dark * torch.tensor([0.0, 0.5, 0, -0.5, 0, -0.5, 0, 0.5]).view(1, 8, 1, 1)
        outline = torch.tensor([-5.0, -1.2, 5, -1.2, 5, 1.2, -5, 1.2]).view(1, 8, 1, 1)
        return torch.cat([dark * 8 - 4, outline + lean], dim=1)
