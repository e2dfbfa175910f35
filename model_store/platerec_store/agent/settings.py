"""The agent's settings: the only reader of its environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import Field

from platerec_store.release.document import Part


class Settings(Part):
    """Where things lie in the pod; the defaults are those of `docs/architecture.md`."""

    decision_file: Path = Path("/etc/platerec/decision/decision.json")
    repository_dir: Path = Path("/var/lib/platerec/repository")
    cache_dir: Path = Path("/var/lib/platerec/cache")
    token_file: Path = Path("/etc/platerec/agent/token")
    credentials_dir: Path = Path("/etc/platerec/s3")
    ca_file: Path = Path("/etc/platerec/ca/ca.crt")
    triton_key_file: Path = Path("/run/platerec/triton-key")
    triton_url: str = "127.0.0.1:8001"
    metrics_url: str = "http://127.0.0.1:8002/metrics"
    listen: str = Field(default="0.0.0.0:8080", pattern=r":\d+$")  # the operator asks from another pod
    profile: str | None = None  # what this pod was made for; None obeys decisions for any profile
    poll_seconds: float = Field(default=2.0, gt=0)

    @classmethod
    def of_environment(cls, environment: Mapping[str, str]) -> Self:
        """The settings that `PLATEREC_*` variables name."""
        named = {name: environment.get(f"PLATEREC_{name.upper()}") for name in cls.model_fields}
        return cls.model_validate({name: value for name, value in named.items() if value})
