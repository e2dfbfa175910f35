"""A Triton in memory, for tests: it looks at a real repository folder and can refuse, fail and restart."""

from collections.abc import Callable, Sequence
from pathlib import Path

from platerec_store.release.reasons import Reason
from platerec_store.release.traffic import Traffic
from platerec_store.swap.gate import Reading
from platerec_store.triton.port import AnswerError, Frame, TritonError


class MemoryTriton:
    """Loads every model whose folder has a version with a file, unless `refused` names it; `fatal` ones end it.

    `readings` is what a pipeline sees in any frame, after calling `asked`; one without does not answer.
    """

    def __init__(self, repository: Path) -> None:
        self.calls: list[str] = []
        self.refused: set[str] = set()
        self.fatal: set[str] = set()
        self.going: set[str] = set()
        self.readings: dict[str, Sequence[Reading]] = {}
        self.asked: Callable[[str], None] = lambda _: None
        self.requests: dict[str, Traffic] = {}
        self.gpu_memory: int | None = None
        self.up = True
        self._repository = repository
        self._ready: set[str] = set()

    def restart(self) -> None:
        """Forget all models, as a new process does."""
        self._ready.clear()

    def ready(self) -> frozenset[str]:
        """The models that were loaded."""
        self._answer()
        return frozenset(self._ready)

    def leaving(self) -> frozenset[str]:
        """The models that a test says are on their way out."""
        self._answer()
        return frozenset(self.going)

    def load(self, name: str) -> None:
        """Load a model."""
        self._answer()
        self.calls.append(f"load {name}")
        if name in self.fatal:
            self.restart()
            raise TritonError(Reason.TRITON_UNAVAILABLE, "Triton does not answer: Socket closed")
        folder = self._repository / name
        has_version = any(path.parent.name.isdecimal() for path in folder.glob("*/*"))
        if name in self.refused or not has_version:
            raise TritonError(Reason.MODEL_REFUSED, f"Triton cannot load model {name!r}: it is broken")
        self._ready.add(name)

    def unload(self, name: str) -> None:
        """Drop a model."""
        self._answer()
        self.calls.append(f"unload {name}")
        self._ready.discard(name)

    def recognize(self, name: str, frame: Frame) -> Sequence[Reading]:  # noqa: ARG002 # the same in any
        """What the test says."""
        self._answer()
        self.asked(name)
        if name not in self._ready or name not in self.readings:
            raise AnswerError(f"model {name!r} failed")
        return self.readings[name]

    def traffic(self, name: str, release: str) -> Traffic | None:  # noqa: ARG002 # the same of any pipeline
        """What the test says of the release."""
        return self.requests.get(release, Traffic())

    def free_gpu_memory(self) -> int | None:
        """What the test says."""
        return self.gpu_memory

    def _answer(self) -> None:
        if not self.up:
            raise TritonError(Reason.TRITON_UNAVAILABLE, "Triton does not answer: it is down")
