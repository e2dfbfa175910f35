"""Weights are loaded only from files that are what they should be."""

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from platerec_convert.errors import ConversionError
from platerec_convert.networks.lprnet import LPRNet
from platerec_convert.networks.stn import SpatialTransformer
from platerec_convert.networks.weights import load_weights

NAME, VARIANCE = "backbone.1.weight", "backbone.1.running_var"
"""Of LPRNet."""


def saved(path: Path, content: Any) -> Path:
    torch.save(content, path)
    return path


@pytest.mark.parametrize("wrap", [lambda state: state, lambda state: {"epoch": 3, "net_state_dict": state}])
def test_a_state_dict_is_loaded_plain_or_from_a_checkpoint(tmp_path: Path, wrap: Any) -> None:
    trained = SpatialTransformer().state_dict()
    loaded = SpatialTransformer()
    load_weights(loaded, saved(tmp_path / "stn.pth", wrap(trained)))
    assert all(torch.equal(weight, trained[name]) for name, weight in loaded.state_dict().items())
    assert not loaded.training


def test_half_precision_is_loaded_from_safetensors(tmp_path: Path) -> None:
    trained = SpatialTransformer().state_dict()
    path = tmp_path / "rectifier.safetensors"
    save_file({name: weight.half() for name, weight in trained.items()}, path)
    loaded = SpatialTransformer()
    load_weights(loaded, path)
    for name, weight in loaded.state_dict().items():
        assert torch.equal(weight, trained[name].half().float())


def test_truncated_safetensors_are_named(tmp_path: Path) -> None:
    path = tmp_path / "rectifier.safetensors"
    save_file(SpatialTransformer().state_dict(), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ConversionError, match=r"rectifier\.safetensors is truncated"):
        load_weights(SpatialTransformer(), path)


def test_denormal_weights_become_zero(tmp_path: Path) -> None:
    state = SpatialTransformer().state_dict()
    state["fc_loc.0.bias"][:2] = torch.tensor([1e-30, 0.25])
    network = SpatialTransformer()
    load_weights(network, saved(tmp_path / "stn.pth", state))
    assert network.state_dict()["fc_loc.0.bias"][:2].tolist() == [0, 0.25]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=r"none\.pth cannot be read: No such file"):
        load_weights(LPRNet(), tmp_path / "none.pth")


def test_a_truncated_file_is_named(tmp_path: Path) -> None:
    path = saved(tmp_path / "half.pth", LPRNet().state_dict())
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(ConversionError, match=r"half\.pth is truncated"):
        load_weights(LPRNet(), path)


@pytest.mark.parametrize("content", [b"", b"hello, these are no weights"])
def test_a_file_that_holds_no_weights_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "text.pth"
    path.write_bytes(content)
    with pytest.raises(ConversionError, match=r"text\.pth is truncated, is no file of weights"):
        load_weights(LPRNet(), path)


def test_weights_of_another_architecture_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "stn.pth", SpatialTransformer().state_dict())
    with pytest.raises(ConversionError, match="another architecture than LPRNet"):
        load_weights(LPRNet(), path)


def test_weights_for_another_number_of_classes_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "lprnet.pth", LPRNet(classes=37).state_dict())
    with pytest.raises(ConversionError, match="another architecture than LPRNet"):
        load_weights(LPRNet(), path)


def test_weights_with_nan_are_refused(tmp_path: Path) -> None:
    state = SpatialTransformer().state_dict()
    state["fc_loc.0.bias"][0] = float("nan")
    with pytest.raises(ConversionError, match=r"'fc_loc\.0\.bias' contains NaN"):
        load_weights(SpatialTransformer(), saved(tmp_path / "stn.pth", state))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda state: {7: state[NAME]} | state, "another architecture than LPRNet: 7 is in only one of them"),
        (lambda state: state | {NAME: state[NAME].double() + 1e300}, "contains NaN or infinity"),
        (lambda state: state | {VARIANCE: state[VARIANCE] - 2}, "contains a variance below zero"),
        (lambda state: state | {NAME: state[NAME].to_sparse()}, "in a packed form: save a plain state dict"),
        (lambda state: state | {NAME: torch.empty(state[NAME].shape, device="meta")}, "in a packed form"),
        (lambda state: state | {NAME: state[NAME].to(torch.complex64)}, "as complex64: save it in single or half"),
        (lambda state: state | {NAME: state[NAME].to(torch.int8)}, "as int8: save it in single or half"),
        (lambda state: state | {NAME: state[NAME].to(torch.float8_e4m3fn)}, "as float8_e4m3fn: save it in single"),
        (lambda state: state | {NAME: torch.quantize_per_tensor(state[NAME], 0.1, 0, torch.qint8)}, "as qint8: save"),
    ],
    ids=["key", "double", "variance", "sparse", "meta", "complex", "integer", "float8", "quantized"],
)
def test_weights_that_cannot_be_served_are_one_sentence(tmp_path: Path, change: Any, sentence: str) -> None:
    path = saved(tmp_path / "lprnet.pth", change(dict(LPRNet().state_dict())))
    with pytest.raises(ConversionError, match=sentence):
        load_weights(LPRNet(), path)


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float64])
def test_other_precisions_become_single(tmp_path: Path, kind: torch.dtype) -> None:
    trained = LPRNet().state_dict()
    network = LPRNet()
    load_weights(network, saved(tmp_path / "lprnet.pth", {name: value.to(kind) for name, value in trained.items()}))
    assert torch.equal(network.state_dict()[NAME], trained[NAME].to(kind).float())


def test_a_suffix_in_capitals_is_the_same(tmp_path: Path) -> None:
    save_file(SpatialTransformer().state_dict(), tmp_path / "STN.SAFETENSORS")
    load_weights(SpatialTransformer(), tmp_path / "STN.SAFETENSORS")


class Malicious:
    """Runs a command when unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.marker,)


def test_pickled_code_is_not_run(tmp_path: Path) -> None:
    marker = tmp_path / "was-run"
    path = saved(tmp_path / "evil.pth", {"net_state_dict": Malicious(marker)})
    with pytest.raises(ConversionError, match="would run code when loaded"):
        load_weights(LPRNet(), path)
    assert not marker.exists()
