"""A training that can go on where it stopped: written beside and renamed, so that a kill leaves the last whole one."""

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.swa_utils import AveragedModel

from platerec_convert.errors import ConversionError
from platerec_convert.training.writing import replaced


@dataclass
class Progress:
    """The state of a training; `step` counts the batches that were learnt from."""

    network: nn.Module
    average: AveragedModel
    optimizer: Optimizer
    step: int = 0

    def save(self, path: Path) -> None:
        """Replace the checkpoint in `path`."""
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
        }
        with replaced(path) as part:
            torch.save(state, part)

    def resume(self, path: Path, device: torch.device) -> None:
        """Go on from `path`. Raises ConversionError when it is no checkpoint of this training."""
        state = _load(path, device)
        try:
            self.network.load_state_dict(state["network"])
            self.average.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step = int(state["step"])
        except (KeyError, RuntimeError, ValueError) as error:
            raise ConversionError(
                f"{path} is not a checkpoint of this training; move it away to start anew."
            ) from error


def _load(path: Path, device: torch.device) -> dict[str, Any]:
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise ConversionError(f"Checkpoint {path} cannot be read; move it away to start anew.") from error
    return state
