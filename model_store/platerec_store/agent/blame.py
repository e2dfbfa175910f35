"""Whether a model is to blame for a Triton that ends."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.triton.port import TritonError

_MOST_ENDS = 2
"""How often Triton may end over the same models: once can be chance."""


class Blame:
    """Counts, as long as the process lives, how often Triton ended over the same thing."""

    def __init__(self) -> None:
        self._ends: Counter[str] = Counter()

    @contextmanager
    def on(self, what: str, key: str) -> Iterator[None]:
        """Should Triton end in this again and again, it is refused: trying on would take what serves away each time."""
        try:
            yield
        except TritonError as error:
            if not error.is_silence:
                raise
            self._ends[key] += 1
            if self._ends[key] < _MOST_ENDS:
                raise
            message = f"Triton ended {_MOST_ENDS} times while it {what}: {error.message}"
            raise FaultError(Reason.MODEL_REFUSED, message) from error
        del self._ends[key]
