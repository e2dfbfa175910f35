"""How long to wait after failures: longer each time, up to a limit."""

from collections.abc import Hashable
from typing import Generic, TypeVar

from platerec_operator.runtime.clock import spread

K = TypeVar("K", bound=Hashable)


class Backoff(Generic[K]):
    """Counts failures in a row for each key."""

    def __init__(self, first: float) -> None:
        self._first = first
        self._failures: dict[K, int] = {}

    def fail(self, key: K, limit: float) -> float:
        """Seconds until the next try."""
        count = self._failures.get(key, 0)
        self._failures[key] = count + 1
        return spread(min(limit, self._first * 2 ** min(count, 16)))

    def clear(self, key: K) -> None:
        """It worked, or nobody tries any more."""
        self._failures.pop(key, None)
