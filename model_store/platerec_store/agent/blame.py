"""Whether a model is to blame for a Triton, or a process of its Python backend, that ends."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.triton.port import TritonError

_MOST = 2
"""How often it may happen over the same models: once can be chance."""


class Blame:
    """Counts, as long as the process lives, how often Triton ended, or a process of its, over the same thing."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    @contextmanager
    def on(self, what: str, key: str) -> Iterator[None]:
        """Should this happen again and again, it is refused: trying on could take what serves away each time."""
        try:
            yield
        except TritonError as error:
            if not error.is_suspicious:
                raise
            self._counts[key] += 1
            if self._counts[key] < _MOST:
                raise
            happened = "ended" if error.is_silence else "failed"
            message = f"Triton {happened} {_MOST} times while it {what}: {error.message}"
            raise FaultError(Reason.MODEL_REFUSED, message) from error
        del self._counts[key]
