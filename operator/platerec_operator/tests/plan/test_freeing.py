"""What a hand edit leaves behind that an apply could neither change nor live with."""

from typing import Any

import pytest

from platerec_operator.plan.freeing import build_freeing
from platerec_operator.render.desired import build_children
from platerec_operator.tests.make import IMAGES, Object, make_carried, make_recognizer


def freed(live: Object, rendered: Object) -> list[tuple[Any, ...]]:
    return [tuple(operation.values()) for operation in build_freeing(live, rendered)]


def test_what_is_as_rendered_needs_no_room() -> None:
    recognizer = make_recognizer()
    for child in build_children(recognizer, IMAGES, make_carried(recognizer)):
        assert freed(child, child) == []


CHOICES: dict[str, tuple[Object, Object, str]] = {
    "the other bound of a budget": ({"minAvailable": 1}, {"maxUnavailable": 1}, "minAvailable"),
    "another handler of a probe": (
        {"tcpSocket": {"port": 8000}, "periodSeconds": 1},
        {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 1},
        "tcpSocket",
    ),
    "another handler of a hook": ({"exec": {"command": ["true"]}}, {"sleep": {"seconds": 1}}, "exec"),
    "another origin of a variable": ({"name": "A", "valueFrom": {}}, {"name": "A", "value": "1"}, "valueFrom"),
}


@pytest.mark.parametrize("case", CHOICES)
def test_the_other_choice_is_replaced(case: str) -> None:
    live, rendered, other = CHOICES[case]
    (mine,) = rendered.keys() - live.keys()
    assert freed({"spec": {"x": live}}, {"spec": {"x": rendered}}) == [
        ("remove", f"/spec/x/{other}"),
        ("add", f"/spec/x/{mine}", rendered[mine]),
    ]


def test_items_are_found_by_their_names() -> None:
    rendered = {"containers": [{"name": "triton", "livenessProbe": {"httpGet": {"port": 1}}}]}
    live = {"containers": [{"name": "theirs"}, {"name": "triton", "livenessProbe": {"grpc": {"port": 1}}}]}
    assert freed(live, rendered) == [
        ("remove", "/containers/1/livenessProbe/grpc"),
        ("add", "/containers/1/livenessProbe/httpGet", {"port": 1}),
    ]


def test_a_volume_of_another_kind_is_replaced() -> None:
    mine = {"name": "data", "emptyDir": {}}
    live = [{"name": "theirs", "emptyDir": {}}, {"name": "data", "hostPath": {"path": "/"}}]
    assert freed({"volumes": live}, {"volumes": [mine]}) == [("replace", "/volumes/1", mine)]


@pytest.mark.parametrize("number", ["port", "containerPort"])
def test_a_renumbered_port_gets_its_number_back(number: str) -> None:
    """The others stay as they are, with what the API server gave them."""
    http = {"name": "http", number: 8000, "protocol": "TCP"}
    grpc = {"name": "grpc", number: 8001, "protocol": "TCP"}
    live = [{**grpc, "nodePort": 31000}, {**http, number: 8100}, {"name": "theirs", number: 1, "protocol": "TCP"}]
    want = [http, live[0], live[2]]
    assert freed({"ports": live}, {"ports": [http, grpc]}) == [("replace", "/ports", want)]


def test_somebodys_port_gives_way_to_ours_of_its_number() -> None:
    http = {"name": "http", "port": 8000, "protocol": "TCP"}
    live = [{**http, "name": "web"}, {**http, "port": 8100}]
    assert freed({"ports": live}, {"ports": [http]}) == [("replace", "/ports", [http])]


def test_a_port_of_somebodys_own_is_left() -> None:
    http = {"name": "http", "port": 8000, "protocol": "TCP"}
    assert freed({"ports": [http, {"port": 1, "protocol": "TCP"}]}, {"ports": [http]}) == []


def test_a_spread_that_was_made_strict_is_not_kept_beside_ours() -> None:
    """They are merged by both fields: an apply would add ours, for ever one too few of a list of two."""
    mine = [{"topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway"}]
    live = [{**mine[0], "whenUnsatisfiable": "DoNotSchedule"}]
    field = "topologySpreadConstraints"
    assert freed({field: live}, {field: mine}) == [("replace", f"/{field}", mine)]


def test_a_seccomp_profile_of_another_type_leaves_nothing_behind() -> None:
    live = {"type": "Localhost", "localhostProfile": "theirs.json"}
    assert freed({"seccompProfile": live}, {"seccompProfile": {"type": "RuntimeDefault"}}) == [
        ("replace", "/seccompProfile", {"type": "RuntimeDefault"})
    ]


def test_names_that_people_give_are_no_choices() -> None:
    assert freed({"metadata": {"labels": {"exec": "1"}}}, {"metadata": {"labels": {"grpc": "1"}}}) == []
