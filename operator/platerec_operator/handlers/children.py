"""Events of what recognizers own: children, and the pods below them."""

from collections.abc import Callable, Mapping
from typing import Any

import kopf

from platerec_operator.api.names import RECOGNIZER_LABEL, Key

# Secrets are not among them: that would take the right to read all Secrets of a cluster. They are looked at in turn.
WATCHED = (
    ("", "v1", "configmaps"),
    ("", "v1", "pods"),
    ("", "v1", "serviceaccounts"),
    ("", "v1", "services"),
    ("apps", "v1", "deployments"),
    ("policy", "v1", "poddisruptionbudgets"),
)


def watch_children(registry: kopf.OperatorRegistry, enqueue: Callable[[Key], None]) -> None:
    """Any event of a labelled object asks for its recognizer."""

    async def changed(namespace: str | None, labels: Mapping[str, str], **_: Any) -> None:
        enqueue(Key(namespace or "", labels[RECOGNIZER_LABEL]))

    for group, version, plural in WATCHED:
        # A handler of its own for each kind: kopf tells them apart by their ids.
        present = {RECOGNIZER_LABEL: kopf.PRESENT}
        kopf.on.event(group, version, plural, id=plural, labels=present, registry=registry)(changed)


def select_children(settings: kopf.OperatorSettings) -> None:
    """Let the API server send only labelled objects."""
    for group, version, plural in WATCHED:
        settings.watching.label_selectors[group, version, plural] = RECOGNIZER_LABEL
