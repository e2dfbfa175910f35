"""Names and labels of a recognizer's children."""

from typing import Any

from platerec_operator.api.names import API_VERSION, GROUP, KIND, MANAGER, RECOGNIZER_LABEL
from platerec_operator.api.recognizer import Recognizer

RENDERED = f"{GROUP}/rendered"
"""Annotation of every child: the digest of what was rendered, so that a field that is no longer rendered is seen."""

SHARED_MEMORY = f"{GROUP}/shared-memory"
"""Annotation of the Deployment: how large /dev/shm has grown."""

TOKEN_SINCE = f"{GROUP}/token-since"
"""Annotation of the Secret: when the token of the agents' API was made."""

ROLLED = f"{GROUP}/rolled"
"""Annotation of the pods: the decision by which they were replaced, another of which replaces them."""

TRITON, AGENT = "triton", "agent"
"""The containers of a pod."""

HTTP, GRPC, METRICS, AGENT_PORT = 8000, 8001, 8002, 8080


def release_map(name: str) -> str:
    """The ConfigMap that holds the decision."""
    return f"{name}-release"


def agent_secret(name: str) -> str:
    """The Secret that holds the token of the agents' API."""
    return f"{name}-agent"


def build_labels(recognizer: Recognizer) -> dict[str, str]:
    """What every child and pod carries."""
    return {
        "app.kubernetes.io/instance": recognizer.name,
        "app.kubernetes.io/managed-by": MANAGER,
        "app.kubernetes.io/name": "plate-recognizer",
        RECOGNIZER_LABEL: recognizer.name,
    }


def build_owner(recognizer: Recognizer) -> dict[str, Any]:
    """The owner reference by which Kubernetes collects the children."""
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "name": recognizer.name,
        "uid": recognizer.uid,
        "controller": True,
        "blockOwnerDeletion": False,
    }
