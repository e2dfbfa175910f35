"""A fused network answers as its parts do one after the other."""

import torch

from platerec_convert.networks.fused import OfPixels, RectifyingReader
from platerec_convert.networks.lprnet import LPRNet
from platerec_convert.networks.stn import SpatialTransformer


def test_rectifier_and_reader_in_one_graph_read_the_same() -> None:
    rectifier, reader = SpatialTransformer().eval(), LPRNet().eval()
    rectifier.fc_loc[2].bias.data = torch.tensor([0.9, 0.1, 0, -0.1, 0.9, 0.1])
    crops = torch.rand(3, 3, 24, 94) * 2 - 1
    with torch.inference_mode():
        together = RectifyingReader(rectifier, reader).eval()(crops)
        assert torch.equal(together, reader(rectifier(crops)))
        assert not torch.equal(together, reader(crops))


def test_pixels_are_normalised_as_the_detectors_crops_are() -> None:
    pixels = torch.zeros(1, 24, 94, 3, dtype=torch.uint8)
    pixels[0, 5, 7] = torch.tensor([0, 128, 255], dtype=torch.uint8)
    normalised = OfPixels(torch.nn.Identity())(pixels)
    assert normalised.shape == (1, 3, 24, 94)
    assert normalised[0, :, 5, 7].tolist() == [-127.5 / 128, 0.5 / 128, 127.5 / 128]
