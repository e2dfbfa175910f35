"""Which images a pod runs."""

from dataclasses import dataclass
from typing import Literal

from platerec_operator.api.recognizer import Recognizer

PullPolicy = Literal["Always", "IfNotPresent", "Never"]


@dataclass(frozen=True)
class Images:
    """The operator's settings: one agent image, and a Triton image for each kind of profile."""

    agent: str
    triton_cpu: str
    triton_gpu: str
    pull_policy: PullPolicy = "IfNotPresent"

    def triton(self, recognizer: Recognizer) -> str:
        """The recognizer's own image, or the default of its profile."""
        spec = recognizer.spec
        return spec.server.image or (self.triton_gpu if spec.wants_gpu else self.triton_cpu)
