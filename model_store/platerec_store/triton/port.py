"""What an agent asks of Triton."""

from typing import Protocol

from platerec_store.release.faults import FaultError


class TritonError(FaultError):
    """Triton does not answer (TritonUnavailable) or refuses a model (ModelRefused)."""


class Triton(Protocol):
    """A Triton server under explicit model control. Every method blocks, and raises TritonError."""

    def ready(self) -> frozenset[str]:
        """The names of the models that have a version which serves."""

    def leaving(self) -> frozenset[str]:
        """The names of the models with a version that was dropped or replaced, and still has requests to answer."""

    def load(self, name: str) -> None:
        """Load, or load again, what lies in the model's folder; what served before keeps serving if it fails."""

    def unload(self, name: str) -> None:
        """Drop a model; nothing happens when it is not loaded."""
