"""Whether an exported model answers as the torch module does, and each input as if it came alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from platerec_convert.export.interface import Interface

Answer = Sequence[NDArray[np.float32]]
Call = Callable[[Tensor], Answer]


@dataclass(frozen=True)
class Comparison:
    """The largest differences over all examples.

    `batch_difference`: between an answer alone and in its batch, of the torch module or of the exported model.
    `changed_texts`: inputs of which the best symbol of a column is another one.
    """

    inputs: int
    max_difference: float
    batch_difference: float | None
    changed_texts: int | None


def torch_answer(network: nn.Module, example: Tensor) -> Answer:
    """The module's own outputs, always as a sequence."""
    with torch.inference_mode():
        outputs = network(example)
    return [x.numpy() for x in ((outputs,) if isinstance(outputs, Tensor) else outputs)]


def largest_difference(one: Answer, other: Answer) -> float:
    """max |difference| over all outputs, to two digits; infinite where shapes differ or a number is none."""
    if [x.shape for x in one] != [x.shape for x in other]:
        return float("inf")
    differences = (np.nan_to_num(np.abs(a - b), nan=np.inf) for a, b in zip(one, other, strict=True) if a.size)
    largest = max((float(difference.max()) for difference in differences), default=0.0)
    return float(f"{largest:.1e}")  # more digits differ from machine to machine, and with them the same release


def compare(network: nn.Module, interface: Interface, exported: Call) -> Comparison:
    """Both on all examples."""

    def original(example: Tensor) -> Answer:
        return torch_answer(network, example)

    pairs = [(original(example), exported(example)) for example in interface.examples]
    return Comparison(
        inputs=sum(len(x) if interface.batched else 1 for x in interface.examples),
        max_difference=max(largest_difference(*pair) for pair in pairs),
        batch_difference=_largest_batch_difference(interface, (original, exported)),
        changed_texts=sum(_changed_texts(*pair) for pair in pairs) if interface.reads else None,
    )


def _largest_batch_difference(interface: Interface, calls: Sequence[Call]) -> float | None:
    if not interface.batched:
        return None
    return max(_batch_difference(call, example) for call in calls for example in interface.examples)


def _batch_difference(call: Call, example: Tensor) -> float:
    alone = [call(example[index : index + 1]) for index in range(len(example))]
    together = [np.concatenate(outputs) for outputs in zip(*alone, strict=True)]
    return largest_difference(together, call(example))


def _changed_texts(one: Answer, other: Answer) -> int:
    """Of logits `[n,classes,columns]`."""
    return int((one[0].argmax(axis=1) != other[0].argmax(axis=1)).any(axis=1).sum())
