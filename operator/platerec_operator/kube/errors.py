"""What the client raises -> what the operator says."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp

from platerec_operator.kube.port import (
    ClusterError,
    ConflictError,
    NameTakenError,
    NotFoundError,
    RefusedError,
)

_REFUSALS = frozenset({400, 403, 405, 413, 422})

_CONFLICTING_WORDS = ("metadata.uid: Invalid value", "the server rejected our request due to an error in our request")
"""A 422 with these words is a conflict: an apply with the uid of an object that was made anew meanwhile; a JSON patch
whose test fails, of which the API server says no more (what it makes of a patch is refused in other words)."""

_REFUSING_WORDS = ("field not declared in schema", "failed calling webhook")
"""A 500 with these words is said to the user: a field that no schema knows, a webhook that does not answer."""


@contextmanager
def translated(request: str) -> Iterator[None]:
    """Turn what the client raises during a request into a ClusterError that names it.

    It lets the errors of the HTTP library below it through; a time that is over is an OSError.
    """
    try:
        yield
    except (aiohttp.ClientError, OSError) as error:
        words = str(error) or "no answer in time"
        raise ClusterError(f"The API server does not answer: {request}: {words}.") from error


def build_error(request: str, status: int, answer: str) -> ClusterError:
    """The error that an HTTP status means, with the API server's own words."""
    reason, message = _words(answer)
    if status == 404:
        return NotFoundError(f"{request}: {message}")
    if status == 409:
        kind = NameTakenError if reason == "AlreadyExists" else ConflictError
        return kind(f"{request}: {message}")
    if any(words in message for words in _CONFLICTING_WORDS):
        return ConflictError(f"{request}: {message}")
    if status in _REFUSALS or any(words in message for words in _REFUSING_WORDS):
        return RefusedError(message)
    return ClusterError(f"{request}: {status} {message}")


def _words(answer: str) -> tuple[str, str]:
    """Reason and message of a Status object, or the text as it is."""
    try:
        status = json.loads(answer)
    except ValueError:
        return "", answer.strip()
    return (status.get("reason", ""), status.get("message", answer)) if isinstance(status, dict) else ("", answer)
