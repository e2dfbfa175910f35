"""What requests to the active release come to, in all and within the last minutes."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from platerec_store.release.report import Bake
from platerec_store.release.traffic import Traffic
from platerec_store.swap.state import State
from platerec_store.swap.wanted import Wanted
from platerec_store.triton.port import Triton

_SECONDS = 120.0
"""How far back a release is compared with the next one."""


class Meter:
    """Remembers looks at the counters of the release that serves, as far back as is of interest."""

    def __init__(self, triton: Triton) -> None:
        self._triton = triton
        self._release = ""
        self._looks: deque[tuple[float, Traffic]] = deque()
        self._left_out = Traffic()
        self._seen: tuple[float | None, Traffic] = (None, Traffic())

    def counters(self, wanted: Wanted | None) -> Traffic:
        """What requests to a release came to since Triton started."""
        return (self._triton.traffic(wanted.entry.name, wanted.release) if wanted else None) or Traffic()

    def measure(self, state: State, clock: float, wall: float) -> Bake | None:
        """How the active release does, against the minutes before it; None while nothing serves.

        `clock` in seconds that do not jump, `wall` in those of the state.
        """
        active = state.active
        counters = self._triton.traffic(active.entry.name, active.release) if active else None
        if active is None or counters is None:
            return None
        self._look(clock, active.release, counters)
        self._seen = state.committed, state.earlier.plus(counters.since(state.counters))
        return Bake(
            before=state.before,
            since=self._seen[1],
            seconds=0.0 if state.serves_since is None else max(0.0, wall - state.serves_since),
            restarts=state.restarts,
            joined=state.joined,
        )

    def seen(self, state: State) -> Traffic:
        """What requests to the active release have come to since its commit, when it was measured last."""
        committed, since = self._seen
        return since if committed == state.committed else state.earlier

    def recent(self) -> Traffic:
        """What came within the last minutes."""
        return self._looks[-1][1].since(self._looks[0][1]) if self._looks else Traffic()

    @contextmanager
    def leaving_out(self, active: Wanted | None) -> Iterator[None]:
        """What a check asks of the release that serves is no traffic; what comes meanwhile goes with it."""
        began = self.counters(active)
        try:
            yield
        finally:
            self._left_out = self._left_out.plus(self.counters(active).since(began))

    def _look(self, now: float, release: str, counters: Traffic) -> None:
        counted = self._looks[-1][1].requests + self._left_out.requests if self._looks else 0
        if release != self._release or counters.requests < counted:
            # Another release, or a Triton that began to count anew.
            self._release, self._left_out = release, Traffic()
            self._looks.clear()
        self._looks.append((now, counters.since(self._left_out)))
        while len(self._looks) > 1 and self._looks[1][0] <= now - _SECONDS:
            self._looks.popleft()
