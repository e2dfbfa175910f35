"""The token of the agents' API, as its Secret holds it."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from platerec_operator.render.desired import Token
from platerec_operator.render.names import TOKEN_SINCE

_LIFETIME = timedelta(days=30)
"""After which a token is replaced. The kubelet brings the new one within a minute or two; agents serve on meanwhile."""


def read_token(secret: Mapping[str, Any]) -> Token | None:
    """The token that the agents know; None when there is none."""
    data = secret.get("data") or {}
    try:
        value = base64.b64decode(data.get("token", ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    since = secret["metadata"].get("annotations", {}).get(TOKEN_SINCE, "") if value else ""
    return Token(value, since) if value else None


def is_old(token: Token, now: datetime) -> bool:
    """Whether it has served its time; one that does not say since when has."""
    try:
        return now - datetime.fromisoformat(token.since) > _LIFETIME
    except (TypeError, ValueError):  # no time, or one of no zone
        return True
