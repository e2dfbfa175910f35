"""The training of rectifier and reader together."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from platerec_convert.networks.weights import load_weights
from platerec_convert.training.batches import Batch, build_loader
from platerec_convert.training.checkpoint import Progress
from platerec_convert.training.config import TrainingConfig
from platerec_convert.training.curves import append_row
from platerec_convert.training.evaluation import Examination
from platerec_convert.training.loop import Lesson, begin, descend, train
from platerec_convert.training.losses import column_loss, reading_loss, rectifying_loss
from platerec_convert.training.rates import guidance_at
from platerec_convert.training.recognizer import PlateRecognizer, ideal_affine
from platerec_convert.training.weights import save_weights


@dataclass
class ReaderTraining:
    """One training: its settings, its folder (checkpoint, curves, weights) and its device."""

    config: TrainingConfig
    folder: Path
    device: torch.device
    start: Path | None = None
    """A folder whose weights the networks begin with."""

    def run(self, examination: Examination) -> None:
        """Train to the schedule's end, going on from the folder's checkpoint if there is one."""
        config = self.config
        torch.manual_seed(config.seed)
        lesson = Lesson(
            batches=lambda first: build_loader(config.synthetic, config.batch, first, config.workers),
            learn=lambda progress, batch: learn(progress, batch.to(self.device), config),
            measure=lambda progress, loss: self._measure(progress, examination, loss),
        )
        train(build_progress(config, self.device, self.start), lesson, config, self.folder, self.device)

    def _measure(self, progress: Progress, examination: Examination, loss: float) -> None:
        network = recognizer_of(progress.average)
        rates = examination.examine(network, self.device).summary()
        crops = progress.step * self.config.batch
        append_row(self.folder / "curves.csv", {"step": progress.step, "crops": crops, "loss": loss, **rates})
        for name, part in (("reader", network.reader), ("rectifier", network.rectifier)):
            save_weights(part, self.folder / f"{name}.safetensors")


def build_progress(config: TrainingConfig, device: torch.device, start: Path | None = None) -> Progress:
    """The networks, new or with weights of a folder, with their optimizer and their running mean."""
    network = PlateRecognizer(config.dropout)
    if start:
        load_weights(network.reader, start / "reader.safetensors")
        load_weights(network.rectifier, start / "rectifier.safetensors")
    return begin(network.to(device).to(memory_format=torch.channels_last), config)


def recognizer_of(average: AveragedModel) -> PlateRecognizer:
    """The network inside the running mean."""
    network = average.module
    assert isinstance(network, PlateRecognizer)  # noqa: S101 - build_progress made it
    return network


def learn(progress: Progress, batch: Batch, config: TrainingConfig) -> float:
    """One step: returns the loss."""
    progress.network.train()
    loss = reader_loss(progress.network, batch, guidance_at(progress.step, config.schedule))
    return descend(progress, loss, config)


def reader_loss(network: nn.Module, batch: Batch, guidance: float) -> Tensor:
    """CTC and the rectifier's error; with guidance, symbols in their columns and, for some, the ideal rectification."""
    assert isinstance(network, PlateRecognizer)  # noqa: S101 - build_progress made it
    crops = batch.crops.contiguous(memory_format=torch.channels_last)
    with torch.autocast(crops.device.type, torch.bfloat16):
        affine = network.rectifier.affine(crops).float()
    ideal = ideal_affine(batch.corners)
    wobbly = ideal + torch.randn_like(ideal) * 0.04
    shown = torch.rand(len(crops), 1, 1, device=crops.device) < guidance
    with torch.autocast(crops.device.type, torch.bfloat16):
        logits = network.read_through(crops, torch.where(shown, wobbly, affine))
    loss = reading_loss(logits, batch.classes)
    if guidance > 0:
        loss = (1 - 0.7 * guidance) * loss + 2 * guidance * column_loss(logits, batch.classes, batch.one_row)
    return loss + 2 * rectifying_loss(affine, ideal)
