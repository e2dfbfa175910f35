"""What a recognizer's children hold from one reconcile to the next."""

from typing import TypeVar

from platerec_operator.api.names import Key
from platerec_operator.api.quantity import parse_quantity
from platerec_operator.kube.gather import Observed
from platerec_operator.plan.decide import Decided
from platerec_operator.plan.remembered import Rollout
from platerec_operator.render.desired import ROLLOUT_KEY
from platerec_operator.render.names import ROLLED, SHARED_MEMORY, release_map
from platerec_operator.status.fleet import is_rolled_out
from platerec_store.release.decision import DECISION_KEY, Decision
from platerec_store.release.document import Document, DocumentError

_Held = TypeVar("_Held", bound=Document)


def parse_decided(observed: Observed, key: Key) -> Decided:
    """What was decided before; should nobody remember, the pods say by which decision they were replaced."""
    decision = _parse_document(observed, key, DECISION_KEY, Decision)
    rollout = _parse_document(observed, key, ROLLOUT_KEY, Rollout)
    return Decided(decision, rollout or Rollout(rolled=_parse_rolled(observed, key)))


def parse_rolled_out(observed: Observed, key: Key, rollout: Rollout) -> bool:
    """Whether all pods are of the template by which they were last replaced, if that was written already."""
    deployment = observed.child("Deployment", key.name) or None
    return is_rolled_out(deployment) and _parse_rolled(observed, key) == rollout.rolled


def parse_shared_memory(observed: Observed, key: Key) -> int:
    """How large /dev/shm is already."""
    annotations = observed.child("Deployment", key.name).get("metadata", {}).get("annotations", {})
    try:
        return int(parse_quantity(annotations.get(SHARED_MEMORY, "0")))
    except ValueError:
        return 0


def _parse_document(observed: Observed, key: Key, name: str, kind: type[_Held]) -> _Held | None:
    """A text that is no such document is made anew."""
    data = observed.child("ConfigMap", release_map(key.name)).get("data") or {}
    try:
        return kind.parse(data.get(name, ""), name)
    except DocumentError:
        return None


def _parse_rolled(observed: Observed, key: Key) -> str | None:
    template = observed.child("Deployment", key.name).get("spec", {}).get("template", {})
    rolled: str | None = template.get("metadata", {}).get("annotations", {}).get(ROLLED)
    return rolled
