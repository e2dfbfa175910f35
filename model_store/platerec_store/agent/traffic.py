"""What requests to the active release came to within the last minutes."""

from collections import deque

from platerec_store.release.traffic import Traffic

_SECONDS = 120.0
"""How far back a release is compared with the next one."""


class TrafficMeter:
    """Remembers looks at the counters of one release, as far back as is of interest."""

    def __init__(self) -> None:
        self._release = ""
        self._looks: deque[tuple[float, Traffic]] = deque()
        self._left_out = Traffic()

    def look(self, now: float, release: str, counters: Traffic) -> None:
        """Take a look; `now` in seconds of any clock that does not jump."""
        counted = self._looks[-1][1].requests + self._left_out.requests if self._looks else 0
        if release != self._release or counters.requests < counted:
            # Another release, or a Triton that began to count anew.
            self._release, self._left_out = release, Traffic()
            self._looks.clear()
        self._looks.append((now, counters.since(self._left_out)))
        while len(self._looks) > 1 and self._looks[1][0] <= now - _SECONDS:
            self._looks.popleft()

    def leave_out(self, own: Traffic) -> None:
        """What a check asked of the release that serves is no traffic; what came meanwhile goes with it."""
        self._left_out = Traffic(
            answered=self._left_out.answered + own.answered,
            failed=self._left_out.failed + own.failed,
            seconds=self._left_out.seconds + own.seconds,
        )

    def recent(self) -> Traffic:
        """What came within the last minutes."""
        return self._looks[-1][1].since(self._looks[0][1]) if self._looks else Traffic()
