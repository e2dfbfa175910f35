"""The digest of what was rendered."""

import json
from collections.abc import Mapping
from typing import Any

from platerec_store.release.manifest import digest_of


def build_digest(body: Mapping[str, Any]) -> str:
    """Of canonical JSON, so that the order of keys does not matter; short, since it only tells versions apart."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return digest_of(text.encode()).removeprefix("sha256:")[:16]
