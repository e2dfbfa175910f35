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

    def look(self, now: float, release: str, counters: Traffic) -> None:
        """Take a look; `now` in seconds of any clock that does not jump."""
        if release != self._release or (self._looks and counters.requests < self._looks[-1][1].requests):
            self._release = release
            self._looks.clear()  # another release, or a Triton that began to count anew
        self._looks.append((now, counters))
        while len(self._looks) > 1 and self._looks[1][0] <= now - _SECONDS:
            self._looks.popleft()

    def recent(self) -> Traffic:
        """What came within the last minutes."""
        return self._looks[-1][1].since(self._looks[0][1]) if self._looks else Traffic()
