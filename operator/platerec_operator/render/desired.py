"""All children of a recognizer, in the order in which they are made: what a pod mounts comes before the pods."""

import base64
from dataclasses import dataclass
from typing import Any

from platerec_operator.api.quantity import format_bytes
from platerec_operator.api.recognizer import Recognizer
from platerec_operator.render import names, triton
from platerec_operator.render.digest import build_digest
from platerec_operator.render.images import Images
from platerec_operator.render.resources import build_resources
from platerec_operator.render.shm import build_shared_memory
from platerec_operator.render.template import render_template
from platerec_store.release.decision import DECISION_KEY, Decision

ROLLOUT_KEY = "rollout.json"
"""The key in the recognizer's ConfigMap of what the operator remembers."""

TEMPLATES = (
    "serviceaccount.yaml.j2",
    "secret.yaml.j2",
    "configmap.yaml.j2",
    "service.yaml.j2",
    "poddisruptionbudget.yaml.j2",
    "deployment.yaml.j2",
)


@dataclass(frozen=True)
class Token:
    """What the operator shows to agents; `since` is when it was made, as the API server writes times."""

    value: str
    since: str = ""

    @property
    def encoded(self) -> str:
        """As a Secret holds it."""
        return base64.b64encode(self.value.encode()).decode()


@dataclass(frozen=True)
class Carried:
    """What a recognizer carries from one rendering to the next.

    `rollout` is what the operator remembers of releases; `rolled` the decision by which pods were last replaced.
    """

    decision: Decision | None
    token: Token
    shared_memory: int
    rollout: bytes = b""
    rolled: str | None = None

    @property
    def data(self) -> dict[str, str]:
        """What the ConfigMap holds."""
        documents = {DECISION_KEY: self.decision.to_json() if self.decision else b"", ROLLOUT_KEY: self.rollout}
        return {name: document.decode() for name, document in documents.items() if document}


def build_children(recognizer: Recognizer, images: Images, carried: Carried) -> tuple[dict[str, Any], ...]:
    """The children, each with the digest of its rendering."""
    spec = recognizer.spec
    shared_memory = build_shared_memory(spec, carried.shared_memory)
    labels = names.build_labels(recognizer)
    values = {
        "recognizer": recognizer,
        "spec": spec,
        "images": images,
        "names": names,
        "triton": triton,
        "labels": labels,
        "pod_labels": spec.server.pod_labels | labels,
        "owner": names.build_owner(recognizer),
        "data": carried.data,
        "pod_annotations": _pod_annotations(carried),
        "surges": not (spec.wants_gpu or _is_tight(recognizer, carried.decision)),
        "token": carried.token,
        "shared_memory": format_bytes(shared_memory),
        "resources": build_resources(spec, shared_memory),
        "arguments": triton.build_arguments(spec),
    }
    return tuple(_sealed(render_template(template, **values)) for template in TEMPLATES)


def _pod_annotations(carried: Carried) -> dict[str, str]:
    rolled = {names.ROLLED: carried.rolled} if carried.rolled else {}
    return {"kubectl.kubernetes.io/default-container": names.TRITON, **rolled}


def _is_tight(recognizer: Recognizer, decision: Decision | None) -> bool:
    """Whether pods are replaced because two releases do not fit: then a pod more would not, either."""
    return decision is not None and decision.replaces and recognizer.spec.models.update.strategy == "Auto"


def _sealed(body: dict[str, Any]) -> dict[str, Any]:
    digest = build_digest(body)
    body["metadata"].setdefault("annotations", {})[names.RENDERED] = digest
    return body
