"""An object of the API server -> a Recognizer, or one sentence that says which field is wrong."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from platerec_operator.api.names import Key
from platerec_operator.api.recognizer import Recognizer, RecognizerSpec


class InvalidSpecError(ValueError):
    """A stored spec that this operator cannot take, mostly one that an older CRD let in."""


def parse_key(body: Mapping[str, Any]) -> Key:
    """Namespace and name."""
    return Key(body["metadata"]["namespace"], body["metadata"]["name"])


def parse_recognizer(body: Mapping[str, Any]) -> Recognizer:
    """The typed recognizer; InvalidSpecError names the first field that is wrong."""
    try:
        spec = RecognizerSpec.model_validate(body.get("spec") or {})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(("spec", *(str(part) for part in first["loc"])))
        raise InvalidSpecError(f"{field}: {first['msg'].removeprefix('Value error, ')}.") from error
    meta = body["metadata"]
    return Recognizer(
        key=parse_key(body),
        uid=meta["uid"],
        generation=meta.get("generation", 1),
        spec=spec,
        status=body.get("status") or {},
    )
