"""Runs the requests that Triton hands over together, as few batches, such that a bad one fails alone. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]
Feed = Mapping[str, Array]
Run = Callable[[Feed], Sequence[Array]]

LONGEST_MESSAGE = 300


@dataclass(frozen=True)
class Failure:
    """Why one request has no answer."""

    message: str


Answer = list[Array] | Failure


def run_requests(run: Run, feeds: Sequence[Feed], batching: bool) -> list[Answer]:
    """Answer every request, in order; those of one shape and type share a run when the model batches."""
    answers: dict[int, Answer] = {}
    groups = group_alike(feeds) if batching else [[index] for index in range(len(feeds))]
    for group in groups:
        answers.update(zip(group, _run_group(run, [feeds[index] for index in group]), strict=True))
    return [answers[index] for index in range(len(feeds))]


def group_alike(feeds: Sequence[Feed]) -> list[list[int]]:
    """Indices of the requests whose inputs agree in type and in all dimensions but the first."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for index, feed in enumerate(feeds):
        signature = tuple((name, array.dtype.str, array.shape[1:]) for name, array in feed.items())
        groups.setdefault(signature, []).append(index)
    return list(groups.values())


def split_rows(outputs: Sequence[Array], rows: Sequence[int]) -> list[Answer]:
    """Give each request its rows of every output. Raises ValueError when an output has not one row per input row."""
    for output in outputs:
        if output.ndim == 0 or len(output) != sum(rows):
            raise ValueError(f"an output of shape {output.shape} for a batch of {sum(rows)}")
    cuts = np.cumsum(rows)[:-1]
    parts = [np.split(output, cuts) for output in outputs]
    return [[part[index] for part in parts] for index in range(len(rows))]


def brief(error: Exception) -> str:
    """The message on one line; of a long one (a traceback) the last line, which names the fault."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    whole = " ".join(lines)
    return whole if len(whole) <= LONGEST_MESSAGE else lines[-1][:LONGEST_MESSAGE]


def _run_group(run: Run, feeds: list[Feed]) -> list[Answer]:
    if len(feeds) == 1:
        return [_run_one(run, feeds[0])]
    rows = [len(next(iter(feed.values()))) for feed in feeds]
    batch = {name: np.concatenate([feed[name] for feed in feeds]) for name in feeds[0]}
    try:
        return split_rows(run(batch), rows)
    except Exception:  # whatever the network's runtime raises: one by one shows whose fault it is
        return [_run_one(run, feed) for feed in feeds]


def _run_one(run: Run, feed: Feed) -> Answer:
    try:
        return list(run(feed))
    except Exception as error:  # runtimes raise types of their own, torch plain RuntimeError
        return Failure(brief(error))
