"""The decision in force: the ConfigMap's file is the truth, a PUT is the same news a little earlier."""

import threading
from pathlib import Path

from platerec_store.release.decision import Decision
from platerec_store.release.document import DocumentError
from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason


class Inbox:
    """Takes decisions from both ways; of two, the one with the higher revision is in force.

    Without revisions a PUT counts until the file changes: the kubelet brings the same decision some seconds later, or
    a newer one. After a restart the file counts, unless it is older than `revision`, the last that was obeyed. A
    decision for another profile than the pod's is for the pods that will replace it: this one keeps what it serves.
    Reading is safe from every thread.
    """

    def __init__(self, file: Path, profile: str | None = None, revision: int = 0) -> None:
        self._file = file
        self._profile = profile
        self._revision = revision
        self._content: bytes | None = None
        self._lock = threading.Lock()
        self._decision: Decision | None = None
        self._fault: FaultError | None = None

    @property
    def decision(self) -> Decision | None:
        """The decision in force; None before the first."""
        with self._lock:
            return self._decision

    @property
    def fault(self) -> FaultError | None:
        """Why the file's newest content cannot be read; the decision before it stays in force."""
        with self._lock:
            return self._fault

    def look(self) -> bool:
        """Read the file; whether it brings something new."""
        try:
            content = self._file.read_bytes()
        except OSError:
            return False
        if content == self._content:
            return False
        self._content = content
        try:
            decision = Decision.parse(content, str(self._file))
        except DocumentError as error:
            with self._lock:
                self._fault = FaultError(Reason.DECISION_INVALID, str(error))
            return True
        self.take(decision)
        return True

    def take(self, decision: Decision) -> None:
        """Put a decision in force, unless it is meant for other pods or older than the one that is."""
        if self._profile not in (None, decision.profile):
            return
        with self._lock:
            if 0 < decision.revision < self._revision:
                return
            self._revision = decision.revision
            self._decision, self._fault = decision, None
