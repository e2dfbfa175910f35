"""A release that must not serve."""

from datetime import datetime

from platerec_store.release.document import Part
from platerec_store.release.manifest import Digest, ReleaseName
from platerec_store.release.reasons import Reason


class Rejection(Part):
    """A verdict: this release must not serve under this spec."""

    release: ReleaseName
    manifest: Digest
    spec: Digest
    reason: Reason
    message: str
    at: datetime
