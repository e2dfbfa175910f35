"""Whether Triton still serves what it served, looked at while other work takes long."""

import threading
from collections.abc import Callable
from contextlib import suppress

from platerec_store.triton.port import Triton, TritonError

_SECONDS = 2.0
"""Between two looks: a fetch asks at every piece, in several threads."""


class Watch:
    """Looks at Triton now and then; `clock` counts seconds and does not jump."""

    def __init__(self, triton: Triton, clock: Callable[[], float]) -> None:
        self._triton = triton
        self._clock = clock
        self._lock = threading.Lock()
        self._names: frozenset[str] = frozenset()
        self._lost = False
        self._due = 0.0

    def begin(self, names: frozenset[str]) -> None:
        """These are served now."""
        with self._lock:
            self._names, self._lost, self._due = names, False, self._clock() + _SECONDS

    def lost(self) -> bool:
        """Whether one of them is gone. A Triton that does not answer has not come back yet: nothing can be done."""
        with self._lock:
            if self._clock() < self._due:
                return self._lost
            self._due = self._clock() + _SECONDS
        with suppress(TritonError):
            self._lost = not self._names <= self._triton.ready()
        return self._lost
