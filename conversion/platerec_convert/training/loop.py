"""What every training does: learn from one batch after the other, measure, save; and go on where it stopped."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Generic, TypeVar

import torch
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from platerec_convert.training.checkpoint import Progress
from platerec_convert.training.config import Learning
from platerec_convert.training.rates import learning_rate_at
from platerec_convert.training.writing import prepare

Batch = TypeVar("Batch")

GRADIENT_NORM = 5.0


@dataclass(frozen=True)
class Lesson(Generic[Batch]):
    """What one training has of its own."""

    batches: Callable[[int], Iterable[Batch]]
    """The batches from a number on."""
    learn: Callable[[Progress, Batch], float]
    """One step; returns the loss."""
    measure: Callable[[Progress, float], None]
    """Writes down how good the network is, given its mean loss since the last time."""


def train(progress: Progress, lesson: Lesson[Batch], config: Learning, folder: Path, device: torch.device) -> None:
    """Train to the schedule's end, going on from the folder's checkpoint if there is one."""
    prepare(folder)
    torch.set_flush_denormal(True)
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        progress.resume(checkpoint, device)
    schedule, losses = config.schedule, list[float]()
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Bar(*columns) as bar:
        task = bar.add_task("", total=schedule.steps, completed=progress.step)
        for batch in lesson.batches(progress.step):
            if progress.step >= schedule.steps:
                break
            losses.append(lesson.learn(progress, batch))
            bar.update(task, advance=1, description=f"loss {losses[-1]:.2f}")
            if progress.step % schedule.evaluate_every == 0:
                _measure(progress, lesson, losses)
                losses = []
            if progress.step % schedule.save_every == 0:
                progress.save(checkpoint)
    progress.save(checkpoint)
    if progress.measured != progress.step:
        _measure(progress, lesson, losses)
        progress.save(checkpoint)


def _measure(progress: Progress, lesson: Lesson[Batch], losses: Sequence[float]) -> None:
    """With the mean loss; NaN for a training that was stopped at its end, and only has to be measured."""
    lesson.measure(progress, sum(losses) / len(losses) if losses else nan)
    progress.measured = progress.step


def begin(network: nn.Module, config: Learning) -> Progress:
    """A network with its optimizer and its running mean, at step 0."""
    rule = get_ema_multi_avg_fn(config.averaging)  # type: ignore[no-untyped-call]
    average = AveragedModel(network, multi_avg_fn=rule, use_buffers=True)
    optimizer = torch.optim.AdamW(
        network.parameters(), config.learning_rate, betas=(0.9, 0.98), weight_decay=config.weight_decay
    )
    return Progress(network, average, optimizer, config.digest)


def descend(progress: Progress, loss: Tensor, config: Learning) -> float:
    """One step down the loss, which is returned. A step whose gradients are not finite changes nothing."""
    for group in progress.optimizer.param_groups:
        group["lr"] = learning_rate_at(progress.step, config.learning_rate, config.schedule)
    progress.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    norm = nn.utils.clip_grad_norm_(progress.network.parameters(), GRADIENT_NORM)
    if torch.isfinite(norm):
        progress.optimizer.step()
        progress.average.update_parameters(progress.network)
    progress.step += 1
    return float(loss.detach())
