"""The names under which the operator is known in a cluster."""

from dataclasses import dataclass

GROUP = "platerec.dev"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"
KIND = "PlateRecognizer"
PLURAL = "platerecognizers"

MANAGER = "platerec-operator"
"""The field manager of all children; status has its own."""

STATUS_MANAGER = "platerec-operator-status"

RECOGNIZER_LABEL = f"{GROUP}/recognizer"
"""On every child and pod: the name of its recognizer."""


@dataclass(frozen=True, order=True)
class Key:
    """Which recognizer."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"

    @property
    def selector(self) -> str:
        """The label selector of its children and pods."""
        return f"{RECOGNIZER_LABEL}={self.name}"
