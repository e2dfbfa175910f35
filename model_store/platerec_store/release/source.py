"""Where releases come from: the part of a recognizer's spec that operator and agent share."""

from typing import Literal

from pydantic import Field

from platerec_store.release.document import Part

Layout = Literal["releases", "repository"]


class S3(Part):
    """An S3 bucket and prefix. Without an endpoint it is AWS's; credentials never stand here."""

    bucket: str = Field(min_length=3, max_length=63)
    prefix: str = ""
    endpoint: str | None = None
    region: str = "us-east-1"
    path_style: bool = True

    def key(self, relative: str) -> str:
        """A key relative to the prefix -> the key in the bucket."""
        prefix = self.prefix.strip("/")
        return f"{prefix}/{relative}" if prefix else relative

    def url(self, relative: str = "") -> str:
        """How messages name an object: `s3://bucket/key`."""
        return f"s3://{self.bucket}/{self.key(relative)}"


class Source(Part):
    """A store of releases, or a plain Triton repository (`<model>/<version>/...`) under a prefix."""

    layout: Layout = "releases"
    s3: S3
