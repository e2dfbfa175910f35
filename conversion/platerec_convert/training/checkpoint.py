"""A training that can go on where it stopped: written beside and renamed, so that a kill leaves the last whole one."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.swa_utils import AveragedModel

from platerec_convert.errors import ConversionError
from platerec_convert.training.writing import replaced


@dataclass
class Progress:
    """The state of a training; `step` counts the batches that were learnt from.

    `settings` is the digest of those that a checkpoint must share; `measured` the step of the last measurement, whose
    weights lie beside the checkpoint.
    """

    network: nn.Module
    average: AveragedModel
    optimizer: Optimizer
    settings: str
    step: int = 0
    measured: int | None = None

    def save(self, path: Path) -> None:
        """Replace the checkpoint in `path`."""
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "settings": self.settings,
            "step": self.step,
            "measured": self.measured,
        }
        with replaced(path) as part:
            torch.save(state, part)

    def resume(self, path: Path, device: torch.device) -> None:
        """Go on from `path`. Raises ConversionError when it is no checkpoint of this training."""
        try:
            state = torch.load(path, map_location=device, weights_only=True)
            settings = state.get("settings", self.settings)  # early checkpoints do not say
            self.network.load_state_dict(state["network"])
            self.average.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step = int(state["step"])
            self.measured = state.get("measured")
        except Exception as error:  # what a damaged file raises is anybody's guess
            raise ConversionError(
                f"{path} is not a checkpoint of this training, or is damaged; move it away to start anew."
            ) from error
        if settings != self.settings:
            raise ConversionError(
                f"{path} is of a training with other settings: of these only the schedule's lengths may change; "
                "choose another --out, or move it away to start anew."
            )
