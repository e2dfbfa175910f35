"""The operator's settings; the only place that reads its environment."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from platerec_operator.render.images import Images, PullPolicy

PREFIX = "PLATEREC_"
_OWN_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


class SettingsError(ValueError):
    """A variable that is missing or wrong; the message names it."""


class Settings(BaseModel):
    """`PLATEREC_<FIELD>` in the environment, each."""

    model_config = ConfigDict(frozen=True)

    agent_image: str = Field(min_length=1)
    triton_cpu_image: str = Field(min_length=1)
    triton_gpu_image: str = Field(min_length=1)
    image_pull_policy: PullPolicy = "IfNotPresent"
    namespaces: str = ""
    lease_namespace: str = Field(min_length=1)
    lease_name: str = "platerec-operator"
    health_port: int = Field(default=8081, ge=1, le=65535)
    identity: str = Field(default_factory=socket.gethostname)

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """From the environment; empty variables count as unset."""
        values: dict[str, Any] = {
            field: environment[f"{PREFIX}{field.upper()}"]
            for field in cls.model_fields
            if environment.get(f"{PREFIX}{field.upper()}")
        }
        if _OWN_NAMESPACE.exists():
            values.setdefault("lease_namespace", _OWN_NAMESPACE.read_text().strip())
        try:
            return cls(**values)
        except ValidationError as error:
            first = error.errors()[0]
            raise SettingsError(f"{PREFIX}{str(first['loc'][0]).upper()}: {first['msg']}.") from error

    @property
    def images(self) -> Images:
        """What pods run."""
        return Images(self.agent_image, self.triton_cpu_image, self.triton_gpu_image, self.image_pull_policy)

    @property
    def watched(self) -> tuple[str, ...]:
        """The namespaces whose recognizers are served; none means all."""
        return tuple(name.strip() for name in self.namespaces.split(",") if name.strip())
