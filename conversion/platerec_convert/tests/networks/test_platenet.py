import pytest
import torch
from torch import Tensor

from platerec_convert.networks.platenet import CELL, MULTIPLE, PlateNet


@pytest.fixture(scope="module")
def network() -> PlateNet:
    torch.manual_seed(0)
    return PlateNet().eval()


def answer(network: PlateNet, pixels: Tensor) -> Tensor:
    with torch.inference_mode():
        out: Tensor = network(pixels)
    return out


def test_it_has_at_most_a_million_parameters(network: PlateNet) -> None:
    assert sum(p.numel() for p in network.parameters()) <= 1_000_000


@pytest.mark.parametrize(("height", "width"), [(MULTIPLE, 3 * MULTIPLE), (96, 64), (544, 960)])
def test_every_cell_of_a_picture_has_an_answer(network: PlateNet, height: int, width: int) -> None:
    assert answer(network, torch.zeros(1, 3, height, width)).shape == (1, 9, height // CELL, width // CELL)


def test_an_answer_is_independent_of_the_pictures_batch_mates(network: PlateNet) -> None:
    pixels = torch.randn(3, 3, 64, 96)
    together = answer(network, pixels)
    alone = torch.cat([answer(network, picture[None]) for picture in pixels])
    assert torch.allclose(together, alone, atol=1e-5)


def test_a_new_network_expects_few_plates_and_of_a_usual_shape(network: PlateNet) -> None:
    out = answer(network, torch.randn(2, 3, 128, 128))
    assert out[:, 0].sigmoid().mean() < 0.05
    top_left, bottom_right = out[:, 1:3], out[:, 5:7]
    assert (bottom_right - top_left).mean(dim=(0, 2, 3)).tolist() == pytest.approx([10, 2.4], abs=0.5)


def test_an_answer_depends_on_what_is_far_from_its_cell(network: PlateNet) -> None:
    """A plate is known by the car around it."""
    pixels = torch.randn(1, 3, 256, 256, requires_grad=True)
    network(pixels)[0, 0, 32, 32].backward()
    assert pixels.grad is not None
    felt = pixels.grad.abs().sum(dim=(0, 1)).nonzero()
    assert (felt.amax(dim=0) - felt.amin(dim=0)).min() >= 128
