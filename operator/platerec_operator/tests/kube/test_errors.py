import json

import pytest

from platerec_operator.kube.errors import build_error, translated
from platerec_operator.kube.kinds import KINDS
from platerec_operator.kube.port import ClusterError, ConflictError, NameTakenError, NotFoundError, RefusedError


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        (404, "NotFound", NotFoundError),
        (409, "AlreadyExists", NameTakenError),
        (409, "Conflict", ConflictError),
        (422, "Invalid", RefusedError),
        (403, "Forbidden", RefusedError),
    ],
)
def test_an_answer_becomes_an_error_with_the_servers_words(status: int, reason: str, error: type) -> None:
    built = build_error("GET /x", status, json.dumps({"reason": reason, "message": "its words"}))
    assert type(built) is error
    assert "its words" in str(built)


def test_a_server_in_trouble_is_asked_again() -> None:
    assert type(build_error("GET /x", 503, "<html>")) is ClusterError


def test_a_server_that_does_not_answer_is_an_error_of_the_cluster() -> None:
    with pytest.raises(ClusterError, match="GET /x: no answer in time"), translated("GET /x"):
        raise TimeoutError


def test_paths() -> None:
    assert KINDS["Pod"].path(None) == "/api/v1/pods"
    assert KINDS["Deployment"].path("cameras", "gate", "scale") == (
        "/apis/apps/v1/namespaces/cameras/deployments/gate/scale"
    )


def test_a_webhook_that_does_not_answer_is_a_refusal_that_people_see() -> None:
    message = 'Internal error occurred: failed calling webhook "policy.example": connection refused'
    assert type(build_error("POST /x", 500, json.dumps({"message": message}))) is RefusedError


@pytest.mark.parametrize(
    "message",
    [
        'Service "gate" is invalid: metadata.uid: Invalid value: "u": field is immutable',
        "the server rejected our request due to an error in our request",
    ],
    ids=["an apply of another object", "a failed test of a JSON patch"],
)
def test_an_object_that_changed_in_the_meantime_is_a_conflict(message: str) -> None:
    assert type(build_error("PATCH /x", 422, json.dumps({"reason": "Invalid", "message": message}))) is ConflictError
