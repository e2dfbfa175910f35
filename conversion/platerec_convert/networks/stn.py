"""The spatial transformer, the plate rectifier.

Jaderberg et al., "Spatial Transformer Networks", 2015 (arXiv:1506.02025).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

HEIGHT, WIDTH = 24, 94

FEATURES = 32 * 2 * 14
"""What is left of a 24x94 crop after the localisation network: 32 channels of 2x14."""


class SpatialTransformer(nn.Module):
    """Straightens a crop by an affine map that it finds itself: `[N,3,24,94]` -> `[N,3,24,94]`, the range kept."""

    places: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.localization = nn.Sequential(
            nn.Conv2d(3, 32, kernel_size=3),
            nn.MaxPool2d(kernel_size=2, stride=2),
            nn.ReLU(),
            nn.Conv2d(32, 32, kernel_size=5),
            nn.MaxPool2d(kernel_size=3, stride=3),
            nn.ReLU(),
        )
        last = nn.Linear(32, 6)
        self.fc_loc = nn.Sequential(nn.Linear(FEATURES, 32), nn.ReLU(), last)
        self.register_buffer("places", pixel_places(HEIGHT, WIDTH), persistent=False)
        nn.init.zeros_(last.weight)
        last.bias.data = torch.tensor([1.0, 0, 0, 0, 1, 0])  # training starts at the identity

    def affine(self, crops: Tensor) -> Tensor:
        """The map of each crop, `[N,2,3]` in normalised coordinates (-1 and 1 are the centres of the edge pixels)."""
        features: Tensor = self.fc_loc(self.localization(crops).flatten(1))
        return features.view(-1, 2, 3)

    def forward(self, crops: Tensor) -> Tensor:
        """The crops, straightened; what lies outside a crop is 0, mid grey."""
        grid = (self.places @ self.affine(crops).transpose(1, 2)).view(-1, HEIGHT, WIDTH, 2)
        return functional.grid_sample(crops, grid, align_corners=True)


def pixel_places(height: int, width: int) -> Tensor:
    """x, y and 1 of each pixel, `[height*width,3]`: torch's `affine_grid`, in operators that every runtime has."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    return torch.stack([x, y, torch.ones_like(x)], dim=2).view(-1, 3)
