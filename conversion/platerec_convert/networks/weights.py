"""Loading of state dicts: only tensors (no pickled code runs), only finite ones, only into the network they fit."""

import io
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from platerec_convert.errors import ConversionError

DENORMAL = 1e-20
"""Weights below this change no output, but arithmetic on such small numbers is an order of magnitude slower."""


FLOATS = frozenset({torch.float16, torch.bfloat16, torch.float32, torch.float64})
"""What becomes single precision."""


def load_weights(network: nn.Module, path: Path) -> None:
    """Put the state dict in `path` into the network and switch it to inference.

    Raises ConversionError for a missing, truncated or foreign file and for weights that are not finite.
    """
    state = _state_dict(_read(path), path)
    _check_fit(network, state, path)
    network.load_state_dict(state)  # any precision becomes single
    for name, value in network.state_dict().items():
        # In single precision: greater numbers of a file in double precision are infinite by now.
        if not torch.isfinite(value).all():
            raise ConversionError(f"{path} is damaged: weight {name!r} contains NaN or infinity.")
        if name.endswith("running_var") and (value < 0).any():
            raise ConversionError(f"{path} is damaged: weight {name!r} contains a variance below zero.")
        value.masked_fill_(value.abs() < DENORMAL, 0)
    network.eval()


def _read(path: Path) -> Any:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConversionError(f"Weights {path} cannot be read: {error.strerror}.") from error
    try:
        if path.suffix.lower() == ".safetensors":
            return safetensors.torch.load(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is no plain state dict, which gets a sentence of ours
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


def _check_fit(network: nn.Module, state: dict[str, Tensor], path: Path) -> None:
    """Raises ConversionError when the state dict is not one of this network."""
    expected = network.state_dict()
    foreign = sorted(state.keys() ^ expected.keys(), key=str)
    if foreign:
        raise _of_another(network, path, f"{foreign[0]!r} is in only one of them")
    for name, value in state.items():
        if value.layout != torch.strided or value.is_nested or value.is_meta:
            raise ConversionError(f"{path} holds weight {name!r} in a packed form: save a plain state dict.")
        if value.dtype not in {*FLOATS, expected[name].dtype}:
            kind = str(value.dtype).removeprefix("torch.")
            raise ConversionError(f"{path} holds weight {name!r} as {kind}: save it in single or half precision.")
        if value.shape != expected[name].shape:
            difference = f"{name!r} has the shape {list(value.shape)} in place of {list(expected[name].shape)}"
            raise _of_another(network, path, difference)


def _of_another(network: nn.Module, path: Path, difference: str) -> ConversionError:
    return ConversionError(f"{path} holds weights of another architecture than {type(network).__name__}: {difference}.")
