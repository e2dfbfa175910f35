"""What requests came to on this pod: before the last commit, and since."""

from collections import deque

from platerec_store.release.traffic import Traffic

_BEFORE_SECONDS = 120.0
"""How far back a release is compared with the next one."""


class TrafficMeter:
    """Remembers looks at Triton's counters, as far back as is of interest."""

    def __init__(self) -> None:
        self._looks: deque[tuple[float, Traffic]] = deque()

    def look(self, now: float, counters: Traffic) -> None:
        """Take a look; `now` in seconds of any clock that does not jump."""
        self._looks.append((now, counters))
        while len(self._looks) > 1 and self._looks[1][0] <= now - _BEFORE_SECONDS:
            self._looks.popleft()

    def recent(self) -> Traffic:
        """What came within the last minutes."""
        return self._looks[-1][1].since(self._looks[0][1]) if self._looks else Traffic()
