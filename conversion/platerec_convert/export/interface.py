"""The tensors' names of each model, the contract between the pipeline and its sub-models, and what to try them with."""

from dataclasses import dataclass

import torch
from torch import Tensor

from platerec_convert.export.examples import draw_crops, draw_frame

MAX_BATCH = 128
"""`max_batch_size` of the batched models: the most plates that a detector answers with."""


@dataclass(frozen=True)
class Interface:
    """One input and the outputs of a model. Axes listed as dynamic differ from request to request.

    `examples` are inputs of different sizes: the first to trace with, all to compare with. `tolerance` is the largest
    difference allowed. `reads`: the output is logits of symbols, whose best ones must not change at all.
    """

    input: str
    outputs: tuple[str, ...]
    dynamic_input_axes: tuple[int, ...]
    batched: bool
    examples: tuple[Tensor, ...]
    tolerance: float = 1e-3
    reads: bool = False


def crops_interface(*, reads: bool = False, pixels: bool = False) -> Interface:
    """From crops to something per crop: the rectifier, the reader. The batch is the only dynamic axis.

    Crops are normalised `[3,24,94]`, or pixels `[24,94,3]` as uint8.
    """
    generator = torch.Generator().manual_seed(0)
    noise = tuple(torch.rand(count, 3, 24, 94, generator=generator) * 2 - 1 for count in (2, 1))
    examples = (*noise, draw_crops(24))
    if pixels:
        examples = tuple((crops * 128 + 127.5).round().to(torch.uint8).permute(0, 2, 3, 1) for crops in examples)
    return Interface("input__0", ("output__0",), (0,), batched=True, examples=examples, reads=reads)


def frame_interface() -> Interface:
    """From a frame of any size to its plates: the detector. A hundredth of a pixel of a box is allowed."""
    examples = tuple(draw_frame(height, width) for height, width in ((360, 640), (500, 300), (720, 1280)))
    outputs = ("boxes", "scores", "crops")
    return Interface("input__0", outputs, (0, 1), batched=False, examples=examples, tolerance=1e-2)
