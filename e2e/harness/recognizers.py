"""Recognizers to apply, and their conditions to wait for."""

import os
from typing import Any

from harness.kubectl import Namespace, Object, condition, eventually
from harness.store import BUCKET, STORE_NAMESPACE

# On a host with real GPUs the same tests run on them.
PROFILE = "gpu-torchscript" if os.environ.get("GPU") == "1" else "cpu-onnx"


def recognizer(name: str, prefix: str, **spec: Any) -> Object:
    """A recognizer of the tests' store; keywords replace fields of its spec."""
    s3 = {
        "bucket": BUCKET,
        "prefix": prefix,
        "endpoint": f"http://store.{STORE_NAMESPACE}.svc:8333",
        "credentials": {"secretName": "store-reader"},
    }
    models = {"source": {"s3": s3}, "release": {"channel": "stable"}, "update": {"pollSeconds": 5}}
    return {
        "apiVersion": "platerec.dev/v1alpha1",
        "kind": "PlateRecognizer",
        "metadata": {"name": name},
        "spec": {"profile": PROFILE, "models": models, **spec},
    }


def wait_for_condition(namespace: Namespace, name: str, kind: str, status: str, reason: str = "") -> Object:
    """Wait until a recognizer's condition has a status (and reason); the condition."""

    def probe() -> Object | None:
        found = condition(namespace.get("platerecognizer", name), kind)
        return found if found.get("status") == status and reason in ("", found.get("reason")) else None

    return eventually(f"{name}: {kind}={status} {reason}", probe, timeout=240)
