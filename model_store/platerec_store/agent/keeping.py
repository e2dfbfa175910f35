"""Holding on to the contents that a pod needs, in a cache that it may share with other pods.

One that contents can be linked from lies on the pod's own volume, and what the pod does not need is dropped at once.
Those of a claim belong to pods of several recognizers, none of which knows what the others need.
"""

from collections.abc import Callable

from platerec_store.agent.tools import Tools
from platerec_store.swap.state import State

_TOUCH_SECONDS = 3600.0
_UNTOUCHED_SECONDS = 24 * 3600.0
"""After so long without a touch a content is needed by nobody: a pod that is away for longer fetches it again."""


class Keeper:
    """Keeps contents by touching them. Linked ones are left alone: Triton would take a touched model for a new one."""

    def __init__(self, tools: Tools, clock: Callable[[], float]) -> None:
        self._cache = tools.cache
        self._repository = tools.repository
        self._clock = clock
        self._kept: frozenset[str] = frozenset()
        self._due = 0.0

    def keep(self, state: State) -> None:
        """Say what is needed, whenever that changes and now and then."""
        contents = state.contents
        if contents == self._kept and self._clock() < self._due:
            return
        self._kept, self._due = contents, self._clock() + _TOUCH_SECONDS
        if not self._repository.can_link:
            self._cache.touch(contents)

    def sweep(self, state: State) -> None:
        """Drop what is not needed."""
        self._cache.sweep(state.contents, 0.0 if self._repository.can_link else _UNTOUCHED_SECONDS)
