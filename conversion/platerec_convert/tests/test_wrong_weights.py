"""Every wrong file of weights, at every command that takes one: a sentence, exit code 2, and nothing written."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from platerec_convert.__main__ import main
from platerec_convert.networks.lprnet import LPRNet
from platerec_convert.networks.platenet import PlateNet
from platerec_convert.networks.stn import SpatialTransformer

Wrong = Callable[[nn.Module, Path], None]

NETWORKS: dict[str, type[nn.Module]] = {"reader": LPRNet, "rectifier": SpatialTransformer, "detector": PlateNet}


class RunsCode:
    """Makes a file when unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("was-run"),)


def foreign(network: nn.Module, path: Path) -> None:
    torch.save(nn.Linear(2, 2).state_dict(), path)


def truncated(network: nn.Module, path: Path) -> None:
    torch.save(network.state_dict(), path)
    path.write_bytes(path.read_bytes()[:9_000])


def not_finite(network: nn.Module, path: Path) -> None:
    state = network.state_dict()
    state[next(iter(state))].view(-1)[0] = float("nan")
    torch.save(state, path)


def pickled(network: nn.Module, path: Path) -> None:
    torch.save({"net_state_dict": RunsCode()}, path)


@pytest.mark.parametrize("command", NETWORKS)
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (foreign, "mine.pth holds weights of another architecture than {network}"),
        (truncated, "mine.pth is truncated"),
        (not_finite, "contains NaN or infinity."),
        (pickled, "would run code when loaded; save a plain state dict."),
    ],
)
def test_wrong_weights_are_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    wrong: Wrong,
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    network = NETWORKS[command]
    wrong(network(), Path("mine.pth"))
    said = fail(monkeypatch, capsys, command, "--weights", "mine.pth", "--out", "models")
    assert sentence.format(network=network.__name__) in said
    assert [path.name for path in tmp_path.iterdir()] == ["mine.pth"]


def test_a_reader_of_another_number_of_classes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save(LPRNet(classes=37).state_dict(), "mine.pth")
    said = fail(monkeypatch, capsys, "reader", "--weights", "mine.pth", "--out", "models")
    assert "mine.pth holds weights of another architecture than LPRNet" in said
    assert "[37, 256, 13, 1] in place of [23, 256, 13, 1]" in said


@pytest.mark.parametrize("command", NETWORKS)
@pytest.mark.parametrize("out", ["mine.pth", "mine.pth/models"])
def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str, out: str
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save(NETWORKS[command]().state_dict(), "mine.pth")
    said = fail(monkeypatch, capsys, command, "--weights", "mine.pth", "--out", out)
    assert f"Cannot write to {out}: " in said
    assert [path.name for path in tmp_path.iterdir()] == ["mine.pth"]


def fail(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run `platerec-convert` and expect one sentence."""
    monkeypatch.setattr(sys, "argv", ["platerec-convert", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr().err
    assert end.value.code == 2
    assert said.startswith("platerec-convert: ")
    assert said.count("\n") == 1
    return said
