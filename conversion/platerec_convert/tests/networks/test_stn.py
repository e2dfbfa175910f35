"""The plate rectifier's network."""

import torch
from torch.nn import functional

from platerec_convert.networks.stn import SpatialTransformer, pixel_places


def test_an_untrained_rectifier_leaves_a_crop_as_it_is() -> None:
    crops = torch.rand(3, 3, 24, 94) * 2 - 1
    torch.testing.assert_close(SpatialTransformer().eval()(crops), crops, rtol=0, atol=1e-4)


def test_the_map_is_torchs_own_affine_grid() -> None:
    maps = torch.tensor([[[1.1, 0.2, 0.1], [-0.1, 0.8, 0.3]]])
    grid = (pixel_places(24, 94) @ maps.transpose(1, 2)).view(1, 24, 94, 2)
    expected = functional.affine_grid(maps, [1, 3, 24, 94], align_corners=True)
    torch.testing.assert_close(grid, expected, rtol=0, atol=1e-6)
