from typing import Any

from platerec_operator.plan.actions import Apply, Create, Leave, Patch
from platerec_operator.plan.chain import build_plan
from platerec_operator.tests.make import UID, Object, merged

OWNER = {"kind": "PlateRecognizer", "name": "gate", "uid": UID}
BODY: Object = {
    "kind": "Service",
    "metadata": {"name": "gate", "namespace": "cameras", "ownerReferences": [OWNER], "annotations": {"d": "1"}},
    "spec": {"type": "ClusterIP", "ports": [{"name": "http", "port": 8000, "protocol": "TCP"}]},
}
CREATED = [{"manager": "platerec-operator", "operation": "Update"}]
APPLIED = [{"manager": "platerec-operator", "operation": "Apply"}]


def make_live(**changes: Any) -> Object:
    meta = {"uid": "live", "resourceVersion": "7", "managedFields": CREATED}
    return merged(merged(BODY, {"metadata": meta}), changes)


def plan(live: Object | None) -> tuple[Any, ...]:
    return build_plan([BODY], {("Service", "gate"): live})


def test_what_is_not_there_is_created() -> None:
    assert plan(None) == (Create(BODY),)


def test_what_is_as_rendered_is_left_alone() -> None:
    assert plan(make_live()) == ()


def test_what_drifted_is_applied_to_that_very_object() -> None:
    (action,) = plan(make_live(spec={"type": "NodePort"}, metadata={"managedFields": APPLIED}))
    assert isinstance(action, Apply)
    assert action.body["metadata"]["uid"] == "live"


def test_the_fields_of_the_post_are_claimed_before_the_first_apply() -> None:
    claim, apply = plan(make_live(metadata={"annotations": {"d": "0"}}))
    assert isinstance(claim, Patch)
    assert isinstance(apply, Apply)
    test, change = claim.operations
    assert test == {"op": "test", "path": "/metadata/resourceVersion", "value": "7"}
    assert change == {"op": "replace", "path": "/metadata/managedFields/0/operation", "value": "Apply"}


def test_an_update_beside_an_apply_is_taken_away() -> None:
    entries = [{"manager": "kubectl", "operation": "Update"}, *APPLIED, *CREATED]
    claim, _ = plan(make_live(spec={"type": "NodePort"}, metadata={"managedFields": entries}))
    assert claim.operations[1] == {"op": "remove", "path": "/metadata/managedFields/2"}


def test_what_belongs_to_somebody_else_is_never_touched() -> None:
    (action,) = plan(make_live(spec={"type": "NodePort"}, metadata={"ownerReferences": []}))
    assert isinstance(action, Leave)
    assert "Service cameras/gate was made by somebody else" in action.message


def test_the_child_of_an_earlier_recognizer_of_the_name_is_not_ours() -> None:
    old = {**OWNER, "uid": "earlier"}
    (action,) = plan(make_live(metadata={"ownerReferences": [old]}))
    assert isinstance(action, Leave)
    assert "belongs to PlateRecognizer gate" in action.message


def test_a_child_that_is_being_deleted_is_waited_for() -> None:
    assert plan(make_live(spec={"type": "NodePort"}, metadata={"deletionTimestamp": "now"})) == ()


def test_what_stands_in_the_way_of_an_apply_is_put_aside_before_it() -> None:
    """Ports are merged by number: the apply alone would add a second port of the same name, which is refused."""
    changed = [{"name": "http", "port": 8100, "protocol": "TCP"}]
    patch, apply = plan(make_live(spec={"ports": changed}, metadata={"managedFields": APPLIED}))
    assert isinstance(apply, Apply)
    test, change = patch.operations
    assert test["path"] == "/metadata/resourceVersion"
    assert change == {"op": "replace", "path": "/spec/ports", "value": BODY["spec"]["ports"]}
