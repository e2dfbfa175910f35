"""What an apply cannot do to a live object, and must be done before it, as a JSON patch."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from platerec_operator.api.names import MANAGER
from platerec_operator.plan.freeing import build_freeing

Object = Mapping[str, Any]


def build_patch(live: Object, rendered: Object) -> tuple[Object, ...]:
    """The operations, for exactly this version of the object; none when an apply will do."""
    operations = (*_claims(live), *build_freeing(live, rendered))
    version = {"op": "test", "path": "/metadata/resourceVersion", "value": live["metadata"]["resourceVersion"]}
    return (version, *operations) if operations else ()


def _claims(live: Object) -> Iterator[Object]:
    """Make the fields that a POST or a patch of ours set ours to apply, so that an apply can take them away.

    The API server books them as an *update* of the field manager, beside which its *apply* is a second owner.
    """
    entries: Sequence[Object] = live["metadata"].get("managedFields", ())
    mine = {
        entry["operation"]: index
        for index, entry in enumerate(entries)
        if entry.get("manager") == MANAGER and not entry.get("subresource")
    }
    if "Update" not in mine:
        return
    path = f"/metadata/managedFields/{mine['Update']}"
    if "Apply" in mine:
        yield {"op": "remove", "path": path}
    else:
        yield {"op": "replace", "path": f"{path}/operation", "value": "Apply"}
