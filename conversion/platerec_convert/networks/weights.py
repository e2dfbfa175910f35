"""Loading of state dicts: only tensors (no pickled code runs), only finite ones, only into the network they fit."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from platerec_convert.errors import ConversionError

DENORMAL = 1e-20
"""Weights below this change no output, but arithmetic on such small numbers is an order of magnitude slower."""


def load_weights(network: nn.Module, path: Path) -> None:
    """Put the state dict in `path` into the network and switch it to inference.

    Raises ConversionError for a missing, truncated or foreign file and for weights that are not finite.
    """
    state = _checked(_state_dict(_read(path), path), path)
    expected = network.state_dict()
    wrong = [f"{name!r} is in only one of them" for name in sorted(state.keys() ^ expected.keys())] or [
        f"{name!r} has the shape {list(value.shape)} in place of {list(expected[name].shape)}"
        for name, value in state.items()
        if value.shape != expected[name].shape
    ]
    if wrong:
        raise ConversionError(
            f"{path} holds weights of another architecture than {type(network).__name__}: {wrong[0]}."
        )
    network.load_state_dict(state)  # half precision becomes single
    network.eval()


def _read(path: Path) -> Any:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConversionError(f"Weights {path} cannot be read: {error.strerror}.") from error
    try:
        if path.suffix == ".safetensors":
            return safetensors.torch.load(content)
        return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:  # what a damaged file raises in the unpickler is anybody's guess
        raise ConversionError(
            f"{path} is truncated, is no file of weights, or would run code when loaded; save a plain state dict."
        ) from error


def _state_dict(content: Any, path: Path) -> dict[str, Tensor]:
    """The state dict itself, or the one in a training checkpoint."""
    if isinstance(content, Mapping):
        content = content.get("net_state_dict", content)
    if not isinstance(content, Mapping) or not all(isinstance(value, Tensor) for value in content.values()):
        raise ConversionError(f"{path} holds no state dict, neither plain nor under 'net_state_dict'.")
    return dict(content)


def _checked(state: dict[str, Tensor], path: Path) -> dict[str, Tensor]:
    for name, value in state.items():
        if not torch.isfinite(value).all():
            raise ConversionError(f"{path} is damaged: weight {name!r} contains NaN or infinity.")
    return {name: _without_denormals(value) for name, value in state.items()}


def _without_denormals(value: Tensor) -> Tensor:
    if not value.is_floating_point():
        return value
    return torch.where(value.abs() < DENORMAL, torch.zeros_like(value), value)
