"""Objects for tests: whole ones, of which a test names only what matters to it."""

from typing import Any

from platerec_operator.api.parse import parse_recognizer
from platerec_operator.api.recognizer import Recognizer
from platerec_operator.render.desired import Carried, Token
from platerec_operator.render.images import Images
from platerec_store.release.decision import Decision

Object = dict[str, Any]

IMAGES = Images(agent="example/platerec:1", triton_cpu="example/triton-cpu:1", triton_gpu="example/triton-gpu:1")
DIGEST = "sha256:" + "1" * 64
UID = "0a1b2c3d-0000-4000-8000-000000000000"


def merged(base: Object, changes: Object) -> Object:
    """`base` with nested changes; None takes a field away."""
    result = dict(base)
    for key, value in changes.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


def make_body(name: str = "gate", status: Object | None = None, **spec: Any) -> Object:
    """A PlateRecognizer as the API server holds it."""
    s3 = {"bucket": "plates", "prefix": "prod", "credentials": {"secretName": "store-reader"}}
    base = {"models": {"source": {"s3": s3}, "release": {"channel": "stable"}}}
    meta = {"name": name, "namespace": "cameras", "uid": UID, "generation": 3}
    return {
        "apiVersion": "platerec.dev/v1alpha1",
        "kind": "PlateRecognizer",
        "metadata": meta,
        "spec": merged(base, spec),
        "status": status or {},
    }


def make_recognizer(name: str = "gate", status: Object | None = None, **spec: Any) -> Recognizer:
    """The typed form of `make_body`."""
    return parse_recognizer(make_body(name, status, **spec))


def make_decision(recognizer: Recognizer, release: str = "2026.11.3", **changes: Any) -> Decision:
    """What an operator would have decided for the recognizer."""
    decision = Decision(
        release=release,
        manifest=DIGEST,
        profile=recognizer.spec.profile,
        source=recognizer.spec.models.source.for_agents(),
        pipeline=recognizer.spec.pipeline.for_agents(),
    )
    return decision.model_copy(update=changes)


def make_carried(recognizer: Recognizer, **changes: Any) -> Carried:
    """A decision, a token, and no shared memory that had grown."""
    values = {
        "decision": make_decision(recognizer),
        "token": Token("secret-token", "2026-11-01T00:00:00Z"),
        "shared_memory": 0,
    }
    return Carried(**{**values, **changes})


def make_pod(name: str = "gate-1", **changes: Any) -> Object:
    """A ready pod."""
    pod = {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "cameras", "labels": {"platerec.dev/recognizer": "gate"}},
        "spec": {},
        "status": {
            "phase": "Running",
            "podIP": "10.0.0.7",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [{"name": "triton", "ready": True, "state": {"running": {}}}],
            "initContainerStatuses": [{"name": "agent", "started": True, "state": {"running": {}}}],
        },
    }
    return merged(pod, changes)
