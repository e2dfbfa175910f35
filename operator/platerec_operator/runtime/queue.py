"""A queue of keys with due times: one worker at a time has a key, and asking for it meanwhile counts once."""

import asyncio
from collections.abc import Hashable
from typing import Generic, TypeVar

from platerec_operator.runtime.clock import read_monotonic

K = TypeVar("K", bound=Hashable)


class KeyQueue(Generic[K]):
    """What is asked for sooner wins over what is asked for later."""

    def __init__(self) -> None:
        self._due: dict[K, float] = {}
        self._taken: set[K] = set()
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        return len(self._due)

    def add(self, key: K, after: float = 0.0) -> None:
        """Ask for a key, at the latest after so many seconds."""
        due = read_monotonic() + after
        self._due[key] = min(due, self._due.get(key, due))
        self._changed.set()

    async def take(self) -> K:
        """The next key that is due and that nobody works on; give it back with `done`."""
        while True:
            waiting = [(due, key) for key, due in self._due.items() if key not in self._taken]
            due, key = min(waiting, key=lambda item: item[0], default=(None, None))
            wait = None if due is None else due - read_monotonic()
            if key is not None and wait is not None and wait <= 0:
                del self._due[key]
                self._taken.add(key)
                return key
            await self._wait(wait)

    def done(self, key: K) -> None:
        """The worker is through with the key; what was asked for meanwhile comes now."""
        self._taken.discard(key)
        self._changed.set()

    async def _wait(self, seconds: float | None) -> None:
        self._changed.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return
