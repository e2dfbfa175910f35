"""What requests came to, by release, on Triton's own page of metrics.

Triton counts a request as a success whenever the pipeline answers, be the answer an error.
"""

from typing import Any, Literal

Outcome = Literal["answered", "refused", "failed"]
"""`refused`: the sender's fault; `failed`: the release's."""

REQUESTS = "platerec_requests"
SECONDS = "platerec_request_seconds"


class Counters:
    """Counters of one instance of the pipeline; Triton adds those of all instances up. `metrics` is `pb_utils`."""

    def __init__(self, metrics: Any) -> None:
        def family(name: str, description: str) -> Any:
            return metrics.MetricFamily(name=name, description=description, kind=metrics.MetricFamily.COUNTER)

        self._requests = family(REQUESTS, "Requests to the pipeline, by release and outcome.")
        self._seconds = family(SECONDS, "Seconds that answering them took, by release and outcome.")
        self._release = ""
        self._metrics: dict[Outcome, tuple[Any, Any]] = {}

    def count(self, release: str, outcome: Outcome, seconds: float) -> None:
        """Count a request; a release that was replaced is forgotten, once no instance has it in use."""
        if release != self._release:
            self._release, self._metrics = release, {}
        if outcome not in self._metrics:
            labels = {"release": release, "outcome": outcome}
            self._metrics[outcome] = (self._requests.Metric(labels=labels), self._seconds.Metric(labels=labels))
        requests, took = self._metrics[outcome]
        requests.increment(1)
        took.increment(seconds)
