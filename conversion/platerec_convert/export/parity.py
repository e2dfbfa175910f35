"""Whether an exported model answers as the torch module does, and each input as if it came alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from platerec_convert.errors import ConversionError
from platerec_convert.export.interface import Interface

Answer = Sequence[NDArray[np.float32]]
Call = Callable[[Tensor], Answer]


@dataclass(frozen=True)
class Comparison:
    """The largest differences over all examples.

    `batch_difference`: between an answer alone and in its batch, of the torch module or of the exported model.
    `changed_texts`: inputs of which the best symbol of a column is another one, in the exported model or in a batch.
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


@dataclass(frozen=True)
class _Trial:
    """The answers of the network and of the exported model to one example, and to each of its inputs alone."""

    together: tuple[Answer, Answer]
    alone: tuple[Answer, Answer] | None

    @property
    def batch_difference(self) -> float | None:
        return max(map(largest_difference, self.alone, self.together)) if self.alone else None

    @property
    def changed_texts(self) -> int:
        """Inputs that are not read alike by both, alone and together: of logits `[n,classes,columns]`."""
        first, *others = (answer[0].argmax(axis=1) for answer in (*self.together, *(self.alone or ())))
        return int(np.any([(first != other).any(axis=1) for other in others], axis=0).sum())


def compare(network: nn.Module, interface: Interface, exported: Call) -> Comparison:
    """Both on all examples. Raises ConversionError when the network answers with nothing, which is no comparison."""

    def original(example: Tensor) -> Answer:
        return torch_answer(network, example)

    trials = [_try(original, exported, example, alone=interface.batched) for example in interface.examples]
    if not any(output.size for trial in trials for output in trial.together[0]):
        raise ConversionError(
            f"The network finds nothing in {len(trials)} pictures of plates, so that no answer of the exported model "
            "could be compared with its own: it needs weights that find plates."
        )
    return Comparison(
        inputs=sum(len(x) if interface.batched else 1 for x in interface.examples),
        max_difference=max(largest_difference(*trial.together) for trial in trials),
        batch_difference=max((x for trial in trials if (x := trial.batch_difference) is not None), default=None),
        changed_texts=sum(trial.changed_texts for trial in trials) if interface.reads else None,
    )


def _try(original: Call, exported: Call, example: Tensor, *, alone: bool) -> _Trial:
    return _Trial(
        together=(original(example), exported(example)),
        alone=(_ask_alone(original, example), _ask_alone(exported, example)) if alone else None,
    )


def _ask_alone(call: Call, example: Tensor) -> Answer:
    """The answers to the inputs of a batch one by one."""
    answers = [call(example[index : index + 1]) for index in range(len(example))]
    return [np.concatenate(outputs) for outputs in zip(*answers, strict=True)]
