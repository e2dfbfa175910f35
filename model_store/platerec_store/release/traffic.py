"""What a pod's requests came to: counters of Triton, and the difference between two looks at them."""

from typing import Self

from pydantic import Field

from platerec_store.release.document import Part


class Traffic(Part):
    """Requests that were answered and that failed, and the seconds that the answered ones took together."""

    answered: int = Field(default=0, ge=0)
    failed: int = Field(default=0, ge=0)
    seconds: float = Field(default=0.0, ge=0)

    def since(self, earlier: Self) -> Self:
        """What came after `earlier`; all of it when the counters began anew, as they do when Triton restarts."""
        if self.answered < earlier.answered or self.failed < earlier.failed or self.seconds < earlier.seconds:
            return self
        return type(self)(
            answered=self.answered - earlier.answered,
            failed=self.failed - earlier.failed,
            seconds=self.seconds - earlier.seconds,
        )

    def plus(self, other: Self) -> Self:
        """Both together."""
        return type(self)(
            answered=self.answered + other.answered,
            failed=self.failed + other.failed,
            seconds=self.seconds + other.seconds,
        )

    @property
    def requests(self) -> int:
        """All of them."""
        return self.answered + self.failed

    @property
    def error_rate(self) -> float:
        """The share of requests that failed; 0 of none."""
        return self.failed / self.requests if self.requests else 0.0

    @property
    def latency(self) -> float | None:
        """Mean seconds of an answered request; None when there was none."""
        return self.seconds / self.answered if self.answered else None
