"""The only place that asks the system for the time and for chance."""

import random
import secrets
import time
from datetime import UTC, datetime


def read_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def read_monotonic() -> float:
    """Seconds that only ever grow."""
    return time.monotonic()


def spread(seconds: float) -> float:
    """About that many seconds: a tenth more or less, so that many waits do not end together."""
    return seconds * random.uniform(0.9, 1.1)  # noqa: S311 # spreads load, guards nothing


def make_token() -> str:
    """A secret that nobody guesses."""
    return secrets.token_urlsafe(32)
