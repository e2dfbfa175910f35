"""The S3 server of the tests, as the publisher of releases sees it."""

from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from harness.kubectl import Object, run

BUCKET = "plates"
STORE_NAMESPACE = "platerec-store"
MODELS = Path(__file__).parents[2] / "build/models"
"""The models that `make test` converted."""


def secret_text(secret: Object) -> dict[str, str]:
    """The decoded data of a Secret."""
    return {key: b64decode(value).decode() for key, value in secret["data"].items()}


@dataclass(frozen=True)
class Store:
    """The endpoint, reached through a forwarded port, and the writer's keys."""

    endpoint: str
    access_key: str
    secret_key: str

    @property
    def s3(self) -> Any:
        """An S3 client with the writer's keys."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name="us-east-1",
        )

    def platerec(self, prefix: str, *arguments: str) -> str:
        """Run `platerec release ...` on a prefix of the bucket."""
        settings = {
            "PLATEREC_STORE": f"s3://{BUCKET}/{prefix}",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }
        environment = [f"{name}={value}" for name, value in settings.items()]
        return run("env", *environment, "platerec", "release", *arguments)

    def publish(self, prefix: str, release: str, folder: Path, models: Path = MODELS) -> None:
        """Build a release of a folder of built models, below `folder`, and publish it."""
        self.platerec(prefix, "build", str(models), "--name", release, "--out", str(folder))
        self.platerec(prefix, "publish", release, "--from", str(folder))

    def promote(self, prefix: str, release: str) -> None:
        """Point the channel `stable` to a release."""
        self.platerec(prefix, "promote", release, "stable")
