"""The training of the detector."""

from dataclasses import dataclass
from pathlib import Path

import torch

from platerec_convert.networks.platenet import PlateNet
from platerec_convert.networks.weights import load_weights
from platerec_convert.training.checkpoint import Progress
from platerec_convert.training.config import DetectorConfig
from platerec_convert.training.curves import append_row
from platerec_convert.training.detection import DetectorExamination
from platerec_convert.training.detection_losses import detection_loss
from platerec_convert.training.loop import Lesson, begin, descend, train
from platerec_convert.training.scene_batches import SceneBatch, build_scene_loader, normalised
from platerec_convert.training.weights import save_weights


@dataclass
class DetectorTraining:
    """One training: its settings, its folder (checkpoint, curves, weights) and its device."""

    config: DetectorConfig
    folder: Path
    device: torch.device
    start: Path | None = None
    """A folder whose weights the network begins with."""

    def run(self, examination: DetectorExamination) -> None:
        """Train to the schedule's end, going on from the folder's checkpoint if there is one."""
        config = self.config
        torch.manual_seed(config.seed)
        lesson = Lesson(
            batches=lambda first: build_scene_loader(config.scenes, config.batch, first, config.workers),
            learn=lambda progress, batch: learn(progress, batch.to(self.device), config),
            measure=lambda progress, loss: self._measure(progress, examination, loss),
        )
        train(build_progress(config, self.device, self.start), lesson, config, self.folder, self.device)

    def _measure(self, progress: Progress, examination: DetectorExamination, loss: float) -> None:
        network = progress.average.module
        rates = examination.examine(network, self.device)
        scenes = progress.step * self.config.batch
        append_row(self.folder / "curves.csv", {"step": progress.step, "scenes": scenes, "loss": loss, **rates})
        save_weights(network, self.folder / "detector.safetensors")


def build_progress(config: DetectorConfig, device: torch.device, start: Path | None = None) -> Progress:
    """A network, new or with weights of a folder, with its optimizer and its running mean."""
    network = PlateNet()
    if start:
        load_weights(network, start / "detector.safetensors")
    return begin(network.to(device).to(memory_format=torch.channels_last), config)


def learn(progress: Progress, batch: SceneBatch, config: DetectorConfig) -> float:
    """One step: returns the loss."""
    progress.network.train()
    pixels = normalised(batch.pixels)
    with torch.autocast(pixels.device.type, torch.bfloat16):
        answer = progress.network(pixels)
    return descend(progress, detection_loss(answer, batch.heat, batch.corners, batch.weight), config)
