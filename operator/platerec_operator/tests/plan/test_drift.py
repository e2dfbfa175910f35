from typing import Any

import pytest

from platerec_operator.plan.drift import is_covered

RENDERED = {
    "metadata": {"labels": {"a": "1"}},
    "spec": {
        "replicas": 2,
        "containers": [{"name": "triton", "args": ["--a", "--b"], "resources": {"limits": {"memory": "1024Mi"}}}],
        "volumeMounts": [{"name": "data", "mountPath": "/x"}, {"name": "data", "mountPath": "/y"}],
        "tolerations": [{"operator": "Exists"}],
        "nodeSelector": {},
        "automount": False,
    },
}


def live(**changes: Any) -> dict[str, Any]:
    """The rendered object as an API server would hold it: canonical quantities, defaults, others' additions."""
    spec = {
        "replicas": 2,
        "containers": [
            {"name": "injected"},
            {
                "name": "triton",
                "args": ["--a", "--b"],
                "terminationMessagePath": "/dev/termination-log",
                "resources": {"limits": {"memory": "1Gi"}},
            },
        ],
        "volumeMounts": [{"name": "data", "mountPath": "/y"}, {"name": "data", "mountPath": "/x"}],
        "tolerations": [{"operator": "Exists"}],
        "automount": False,
    }
    return {"metadata": {"labels": {"a": "1", "b": "theirs"}, "uid": "u"}, "spec": {**spec, **changes}}


def test_defaults_and_additions_of_others_are_no_drift() -> None:
    assert is_covered(live(), RENDERED)


CHANGES: dict[str, dict[str, Any]] = {
    "another number": {"replicas": 3},
    "a boolean that is gone": {"automount": None},
    "arguments in another order": {"containers": [{"name": "triton", "args": ["--b", "--a"]}]},
    "another quantity": {
        "containers": [{"name": "triton", "args": ["--a", "--b"], "resources": {"limits": {"memory": "2Gi"}}}]
    },
    "a container that is gone": {"containers": [{"name": "injected"}]},
    "a mount that is gone": {"volumeMounts": [{"name": "data", "mountPath": "/x"}]},
    "one more of a list without names": {"tolerations": [{"operator": "Exists"}, {"operator": "Exists"}]},
    "a list that became something else": {"tolerations": "all"},
}


@pytest.mark.parametrize("field", ["selector", "matchLabels", "nodeSelector"])
def test_one_more_key_of_a_selector_is_drift(field: str) -> None:
    """It would select nothing."""
    assert is_covered({field: {"a": "1"}}, {field: {"a": "1"}})
    assert not is_covered({field: {"a": "1", "b": "2"}}, {field: {"a": "1"}})


def test_an_empty_object_must_be_there() -> None:
    """The API server keeps it; where it is gone, another kind of volume stands in its place."""
    assert is_covered({"emptyDir": {}}, {"emptyDir": {}})
    assert not is_covered({"hostPath": {"path": "/"}}, {"emptyDir": {}})


@pytest.mark.parametrize("field", ["matchLabels", "nodeSelector", "requests", "limits"])
def test_an_empty_map_may_be_missing(field: str) -> None:
    """The API server drops it: it would be applied for ever."""
    assert is_covered({}, {field: {}})
    assert not is_covered({}, {field: {"a": "1"}})


def test_what_others_put_into_an_empty_object_is_theirs() -> None:
    """An apply could not take it away: it would be applied for ever."""
    assert is_covered({"emptyDir": {"sizeLimit": "1Gi"}}, {"emptyDir": {}})
    assert not is_covered({"emptyDir": "all"}, {"emptyDir": {}})


@pytest.mark.parametrize("case", CHANGES)
def test_a_hand_edit_is_drift(case: str) -> None:
    assert not is_covered(live(**CHANGES[case]), RENDERED)


def test_an_env_value_that_looks_like_a_quantity_is_compared_as_text() -> None:
    assert not is_covered({"env": [{"name": "A", "value": "1000m"}]}, {"env": [{"name": "A", "value": "1"}]})
