"""Whether a live object still is what was rendered: every rendered field is there, with the value it was given."""

from collections.abc import Mapping, Sequence
from typing import Any

from platerec_operator.api.quantity import parse_quantity

_LIST_KEYS = ("mountPath", "uid", "name")
"""What tells the items of a list apart, the first that all of them have; a list without one is compared as a whole."""

WHOLE = frozenset({"selector", "matchLabels", "nodeSelector"})
"""Maps that the API server applies as one field. With one more key they mean something else: a Service whose selector
asks for more selects nothing."""

_QUANTITIES = frozenset({"requests", "limits"})
"""Fields whose values the API server writes in its own way (1024Mi becomes 1Gi)."""


def is_covered(live: Any, rendered: Any) -> bool:
    """Whether `live` holds all that was rendered; what the server or others added does not count."""
    if rendered == {}:
        # The API server keeps an empty object (`emptyDir: {}`); without it there is another one in its place.
        return isinstance(live, Mapping)
    if rendered in (None, "", []):
        return live in (None, "", [])
    if isinstance(rendered, Mapping):
        return isinstance(live, Mapping) and all(
            _is_field_covered(name, live.get(name), value) for name, value in rendered.items()
        )
    if isinstance(rendered, Sequence) and not isinstance(rendered, str):
        return isinstance(live, Sequence) and _is_list_covered(live, rendered)
    return bool(live == rendered)


def _is_field_covered(name: str, live: Any, rendered: Any) -> bool:
    # Unlike an object, a map that is empty is dropped by the API server.
    if name in _QUANTITIES and isinstance(live, Mapping | None) and isinstance(rendered, Mapping):
        return all(_is_same_quantity((live or {}).get(key), value) for key, value in rendered.items())
    if name in WHOLE:
        return bool((live or {}) == rendered)
    return is_covered(live, rendered)


def _is_same_quantity(live: Any, rendered: Any) -> bool:
    return live == rendered or (live is not None and parse_quantity(live) == parse_quantity(rendered))


def _is_list_covered(live: Sequence[Any], rendered: Sequence[Any]) -> bool:
    key = list_key(rendered)
    if key is None:
        pairs = zip(live, rendered, strict=False)
        return len(live) == len(rendered) and all(is_covered(mine, wanted) for mine, wanted in pairs)
    found = {item[key]: item for item in live if isinstance(item, Mapping) and key in item}
    return all(is_covered(found.get(item[key]), item) for item in rendered)


def list_key(items: Sequence[Any]) -> str | None:
    """The field that tells the items apart."""
    for key in _LIST_KEYS:
        values = [item.get(key) for item in items if isinstance(item, Mapping)]
        if len(values) == len(items) and None not in values and len(set(values)) == len(values):
            return key
    return None
