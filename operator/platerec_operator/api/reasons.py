"""Reasons in a recognizer's conditions that are the operator's own; the store's and the pods' stand in the release's.

Each value is a condition reason; the comment says what a person does about it.
"""

from enum import StrEnum


class OperatorReason(StrEnum):
    """Why a condition is as it is."""

    # Nothing to do.
    SERVING = "Serving"  # enough pods answer
    SETTLED = "Settled"  # every pod serves the release that is decided
    AS_EXPECTED = "AsExpected"  # nothing is wrong
    FOLLOWING = "Following"  # the release that is asked for is decided
    PAUSED = "Paused"  # spec.models.update.paused keeps the decided release

    # Wait.
    STARTING = "Starting"  # pods are created or started
    LOADING = "Loading"  # pods fetch or load the release
    SWAPPING = "Swapping"  # serving pods move to another release
    BAKING = "Baking"  # a new release serves and is watched; without traffic that goes on
    ROLLING_OUT = "RollingOut"  # pods are replaced by pods of a new template
    WAITING_FOR_RELEASE = "WaitingForRelease"  # no release is decided yet
    SCALED_TO_ZERO = "ScaledToZero"  # spec.replicas is 0

    # Do something.
    INVALID_SPEC = "InvalidSpec"  # correct the field that the message names
    STUCK = "Stuck"  # no release can be served: Degraded says why; publish another one
    NAME_CONFLICT = "NameConflict"  # rename or delete the object that has the child's name
    CHILD_REFUSED = "ChildRefused"  # the API server refuses a child: the message is its own
    INSUFFICIENT_GPU = "InsufficientGPU"  # no node has the GPUs that a pod asks for
    UNSCHEDULABLE = "Unschedulable"  # no node takes a pod, for another reason than GPUs
    IMAGE_PULL_FAILED = "ImagePullFailed"  # correct the image or its pull secret
    CRASH_LOOP = "CrashLoop"  # a container ends again and again: read its log
    POD_NOT_STARTING = "PodNotStarting"  # a container's settings are refused by the node
    PODS_REFUSED = "PodsRefused"  # the API server takes no pods: quota, Pod Security
    AGENT_UNREACHABLE = "AgentUnreachable"  # the operator cannot ask a serving pod: NetworkPolicy, or a dead agent
