"""The plate reader's network."""

import torch

from platerec_convert.networks.lprnet import LPRNet


def network() -> LPRNet:
    torch.manual_seed(0)
    return LPRNet().eval()


def test_a_crop_becomes_logits_of_each_class_in_each_column() -> None:
    assert network()(torch.zeros(2, 3, 24, 94)).shape == (2, 23, 18)


def test_a_crops_answer_does_not_depend_on_its_batch() -> None:
    crops = torch.rand(6, 3, 24, 94) * 2 - 1
    crops[1:] *= 0.1  # the batch-mates are much paler: a mean over the batch would differ
    reader = network()
    with torch.inference_mode():
        together, alone = reader(crops), torch.cat([reader(crop[None]) for crop in crops])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-4)
