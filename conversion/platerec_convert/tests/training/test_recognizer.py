import torch

from platerec_convert.training.recognizer import PLATE_IN_CROP, PlateRecognizer, ideal_affine

PLACE = PLATE_IN_CROP[:, :2]


def test_a_plate_in_its_place_needs_no_rectification() -> None:
    assert torch.allclose(ideal_affine(PLACE[None]), torch.tensor([[[1.0, 0, 0], [0, 1, 0]]]), atol=1e-5)


def test_the_ideal_map_finds_the_corners_of_a_slanted_plate() -> None:
    slanted = PLACE @ torch.tensor([[0.8, -0.3], [0.1, 0.6]]) + torch.tensor([0.05, -0.1])
    found = ideal_affine(slanted[None])[0] @ PLATE_IN_CROP.T
    assert torch.allclose(found.T, slanted, atol=1e-5)


def test_reading_through_the_rectifiers_own_map_is_reading() -> None:
    torch.manual_seed(0)
    network = PlateRecognizer().eval()
    crops = torch.rand(2, 3, 24, 94) - 0.5
    with torch.inference_mode():
        through = network.read_through(crops, network.rectifier.affine(crops))
        assert torch.allclose(network(crops), through, atol=1e-4)
