"""Letting go of what nobody needs any more: in Triton, and then on disk."""

from platerec_store.agent.keeping import Keeper
from platerec_store.agent.loading import Loader
from platerec_store.agent.tools import Tools
from platerec_store.swap.state import State
from platerec_store.swap.wanted import Wanted


class Retirer:
    """Unloads what is left over once no request can call it."""

    def __init__(self, tools: Tools, loader: Loader, keeper: Keeper) -> None:
        self._repository = tools.repository
        self._triton = tools.triton
        self._loader = loader
        self._keeper = keeper

    def retire(self, kept: frozenset[str], state: State) -> bool:
        """Unload what is left over, then drop what is not needed from disk; whether no request was in the way."""
        active = state.active
        if active is not None:
            self._loader.converge(active, state)  # a plain repository's candidate was loaded under the same names
        if not self.unload_leftovers(kept, state):
            return False
        if active is not None:
            self._repository.pins.sweep(active.pins_path)
            self._repository.sweep(frozenset(name for wanted in state.known for name in wanted.names))
            self._keeper.sweep(state)
        return True

    def unload_leftovers(self, kept: frozenset[str], state: State) -> bool:
        """Unload all but these, unless a request may still call them; whether it did."""
        active = state.active
        if active is not None and not self._is_drained(active):
            return False
        for name in sorted(self._triton.ready() - kept):
            self._loader.unload(name)
        return True

    def _is_drained(self, active: Wanted) -> bool:
        """Whether every request is answered by the active release."""
        drained = self._repository.pins.drained(active.pins_path)
        return drained and active.entry.name not in self._triton.leaving()
