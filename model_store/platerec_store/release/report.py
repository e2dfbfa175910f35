"""The report: what an agent says of its pod on `GET /status`."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from platerec_store.release.document import Document, Part
from platerec_store.release.manifest import Digest
from platerec_store.release.reasons import Reason
from platerec_store.release.traffic import Traffic

Step = Literal["Idle", "Waiting", "Fetch", "Load", "Check", "Prepared", "Commit", "Retire"]


class Fault(Part):
    """Why an agent does not get on. A transient fault is retried and condemns nothing.

    `manifest` is that of the release which was worked on: a pod that joins may first load another one than the target.
    """

    reason: Reason
    message: str
    transient: bool
    manifest: Digest | None = None

    def condemns(self, manifest: str) -> bool:
        """Whether it is a verdict on this release."""
        return self.reason.condemns and self.manifest == manifest


class Progress(Part):
    """Bytes of the release's blobs on this pod, of all that it needs."""

    done: int = Field(ge=0)
    total: int = Field(ge=0)


class Bake(Part):
    """Requests of the minutes before the active release's files were fetched, and all since its commit.

    `seconds`: how long the pod has served it, by the pod's own clock, since the commit or since Triton restarted last.
    `restarts`: how often Triton did since the commit. `joined`: the pod served nothing before.
    """

    before: Traffic = Traffic()
    since: Traffic = Traffic()
    seconds: float = Field(default=0.0, ge=0)
    restarts: int = Field(default=0, ge=0)
    joined: bool = False


class Report(Document):
    """`active` is the release that Triton serves now, `target` the one that the decision names.

    `serving` is the active release's manifest. `revision` is that of the decision in force, `prepared` the manifest of
    the release that is ready to be
    committed, `committed` when the active release was, `bake` how it does. An agent that does not count has revision 0.
    """

    revision: int = Field(default=0, ge=0)
    active: str | None = None
    serving: Digest | None = None
    target: str | None = None
    step: Step = "Idle"
    progress: Progress | None = None
    error: Fault | None = None
    models: tuple[str, ...] = ()
    prepared: Digest | None = None
    committed: datetime | None = None
    bake: Bake | None = None
