"""Why a store, a release or a pod does not work: the reasons that reach a recognizer's conditions."""

from enum import StrEnum


class Reason(StrEnum):
    """Each value is a condition reason; the comment says what a person does about it."""

    STORE_UNREACHABLE = "StoreUnreachable"  # the endpoint does not answer: check its address and the network
    BUCKET_NOT_FOUND = "BucketNotFound"  # create the bucket or correct its name
    ACCESS_DENIED = "AccessDenied"  # the store refuses the keys: correct the Secret or the bucket's policy
    CREDENTIALS_MISSING = "CredentialsMissing"  # the Secret or a key in it does not exist
    CHANNEL_NOT_FOUND = "ChannelNotFound"  # promote a release into the channel
    CHANNEL_INVALID = "ChannelInvalid"  # the channel's object is no channel document
    RELEASE_NOT_FOUND = "ReleaseNotFound"  # the named release was never published (or its manifest is gone)
    MANIFEST_INVALID = "ManifestInvalid"  # the manifest is not JSON or breaks its schema: publish again
    MANIFEST_TOO_NEW = "ManifestTooNew"  # written by a newer Platerec: upgrade the operator
    MANIFEST_CHANGED = "ManifestChanged"  # the manifest is not the one that the operator verified
    PROFILE_MISSING = "ProfileMissing"  # the release was not built for the recognizer's profile
    GRAMMAR_MISSING = "GrammarMissing"  # the release's pipeline does not carry the grammar that the recognizer names
    REPOSITORY_EMPTY = "RepositoryEmpty"  # no <model>/<version>/ under the prefix, or not that of spec.pipeline.model
    BLOB_MISSING = "BlobMissing"  # a file that the release lists is not in the store
    BLOB_CORRUPT = "BlobCorrupt"  # a file's bytes are not the ones that the manifest lists
    VOLUME_UNUSABLE = "VolumeUnusable"  # the pod's volume cannot be read or written: correct its permissions
    DISK_FULL = "DiskFull"  # the pod's volume is too small for the release
    DECISION_INVALID = "DecisionInvalid"  # the agent cannot read the decision: operator and agent do not fit
    AGENT_FAULT = "AgentFault"  # the agent met what it was not made for, and tries again: read its log, report a bug
    MODEL_REFUSED = "ModelRefused"  # Triton cannot load a model of the release; the message is Triton's
    GATE_FAILED = "GateFailed"  # the release reads its golden samples wrongly, or too slowly: correct the release
    BAKE_FAILED = "BakeFailed"  # serving, it failed or slowed requests, or ended Triton, unlike the one before
    MEMORY_SHORT = "MemoryShort"  # two releases do not fit beside each other: more memory, or strategy RollingUpdate
    TRITON_UNAVAILABLE = "TritonUnavailable"  # Triton does not answer (yet): starting, or restarting

    @property
    def transient(self) -> bool:
        """Whether it says nothing against the release itself: it is retried and condemns nothing."""
        return self not in _VERDICTS

    @property
    def condemns(self) -> bool:
        """Whether the release is never to be tried again as it is. A blob may be repaired under its name."""
        return self in _VERDICTS - {Reason.BLOB_MISSING, Reason.BLOB_CORRUPT}


_VERDICTS = frozenset(
    {
        Reason.MANIFEST_INVALID,
        Reason.MANIFEST_TOO_NEW,
        Reason.PROFILE_MISSING,
        Reason.GRAMMAR_MISSING,
        Reason.REPOSITORY_EMPTY,
        Reason.BLOB_MISSING,
        Reason.BLOB_CORRUPT,
        Reason.MODEL_REFUSED,
        Reason.GATE_FAILED,
        Reason.BAKE_FAILED,
    }
)
