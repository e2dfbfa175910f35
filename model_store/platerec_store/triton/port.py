"""What an agent asks of Triton."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.release.traffic import Traffic
from platerec_store.swap.gate import Reading

Frame = NDArray[np.uint8]
"""Height, width, 3: BGR."""


class AnswerError(Exception):
    """A pipeline does not answer a frame, though Triton does; the message is the end of a sentence."""


class TritonError(FaultError):
    """Triton does not answer (TritonUnavailable), lacks memory (MemoryShort) or refuses a model (ModelRefused)."""

    @property
    def is_silence(self) -> bool:
        """Whether Triton did not answer: it may have ended, and nobody knows what became of what it had to do."""
        return self.reason == Reason.TRITON_UNAVAILABLE

    @property
    def is_suspicious(self) -> bool:
        """Whether the model may have brought it about: then it is no chance when it happens again."""
        return self.is_silence


class BusyError(TritonError):
    """Triton answers, and a process of its Python backend did not start in time, or at all.

    A node that has too much to do is the usual reason; `suspicious` when the model may be, too.
    """

    def __init__(self, message: str, *, suspicious: bool = False) -> None:
        super().__init__(Reason.TRITON_UNAVAILABLE, message)
        self._suspicious = suspicious

    @property
    def is_silence(self) -> bool:
        """It does answer."""
        return False

    @property
    def is_suspicious(self) -> bool:
        """Whether the model may have brought it about."""
        return self._suspicious


class Triton(Protocol):
    """A Triton server under explicit model control. Every method blocks, and raises TritonError."""

    def ready(self) -> frozenset[str]:
        """The names of the models that have a version which serves."""

    def leaving(self) -> frozenset[str]:
        """The names of the models with a version that was dropped or replaced, and still has requests to answer."""

    def load(self, name: str) -> None:
        """Load, or load again, what lies in the model's folder; what served before keeps serving if it fails.

        ModelRefused only when it fails twice in a row. BusyError when the node may be too slow.
        """

    def unload(self, name: str) -> None:
        """Drop a model; nothing happens when it is not loaded."""

    def recognize(self, name: str, frame: Frame) -> Sequence[Reading]:
        """The plates that a pipeline sees in a frame. AnswerError when it does not answer."""

    def traffic(self, name: str, release: str) -> Traffic | None:
        """What requests to a release came to since Triton started, by the pipeline's name; None if unknown."""

    def free_gpu_memory(self) -> int | None:
        """Bytes that are free on the fullest GPU; None without one."""
