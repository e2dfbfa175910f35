"""The key of Triton's restricted APIs, shared with Triton through a memory volume."""

import secrets
from pathlib import Path

from platerec_store.disk.atomic import write_whole


def ensure_key(path: Path) -> str:
    """The key in the file; a new one when there is none, for Triton may already run with the one that is."""
    if path.is_file() and (known := path.read_text().strip()):
        return known
    key = secrets.token_urlsafe(32)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, key.encode(), mode=0o600)
    return key
