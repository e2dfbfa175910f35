"""Trained weights as the project publishes them: one safetensors file a model, half precision."""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from platerec_convert.training.writing import replaced


def save_weights(network: nn.Module, path: Path) -> None:
    """Write the file; it appears whole or not at all."""
    with replaced(path) as part:
        save_file(half(network), part)


def half(network: nn.Module) -> dict[str, torch.Tensor]:
    """The state dict with fp16 in place of fp32; whole numbers as they are."""
    return {
        name: (value.half() if value.is_floating_point() else value).contiguous().cpu()
        for name, value in network.state_dict().items()
    }
