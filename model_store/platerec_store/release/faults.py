"""The exception behind every fault: what the gates to store, disk and Triton raise, and what a report shows."""

from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault


class FaultError(Exception):
    """Something does not work, for a reason; the message is one sentence for a person.

    `manifest` is that of the release which was worked on, where there was one.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.manifest: str | None = None

    @property
    def transient(self) -> bool:
        """Whether it says nothing against the release."""
        return self.reason.transient

    def fault(self) -> Fault:
        """The same as a part of a report."""
        return Fault(reason=self.reason, message=self.message, transient=self.transient, manifest=self.manifest)
