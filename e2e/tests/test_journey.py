"""A recognizer's life: applied, serving, moved to a new release, scaled, damaged and repaired, deleted.

The tests run in their order, each goes on where the one before stopped.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tritonclient.grpc
from tritonclient.utils import InferenceServerException

from harness.kubectl import CommandError, Namespace, eventually
from harness.recognition import picture, recognize
from harness.recognizers import recognizer, wait_for_condition
from harness.store import Store
from harness.street import FIRST_CAR

ROOT = Path(__file__).parents[2]

NAME = "gate"
PREFIX = "journey"
FIRST, SECOND = "journey-1", "journey-2"
CHILDREN = ("deployment", "service", "configmap", "secret", "serviceaccount", "poddisruptionbudget")


@pytest.fixture(scope="module")
def releases(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The first release published and promoted; the second, with a new reader, published."""
    folder = tmp_path_factory.mktemp("journey")
    second = folder / "models"
    shutil.copytree(ROOT / "build/models", second)
    (second / "parity.json").unlink()  # it speaks of the folders as they were converted
    for version in second.glob("*/plate_reader/1"):
        version.rename(version.with_name("2"))
    for name, models in ((FIRST, ROOT / "build/models"), (SECOND, second)):
        store.publish(PREFIX, name, folder / "releases", models)
    store.promote(PREFIX, FIRST)
    return store


@pytest.fixture
def addresses(namespace: Namespace) -> Iterator[dict[str, str]]:
    with namespace.forward(f"service/{NAME}", 8000, 8001) as (http, grpc):
        yield {"http": http, "grpc": grpc}


def test_an_applied_recognizer_becomes_ready(releases: Store, namespace: Namespace) -> None:
    namespace.apply(recognizer(NAME, PREFIX))
    wait_for_condition(namespace, NAME, "Ready", "True")
    status = namespace.get("plr", NAME)["status"]
    assert status["state"] == "Serving"
    assert status["release"]["active"] == FIRST
    assert status["endpoints"]["grpc"] == f"{NAME}.{namespace.name}.svc:8001"
    assert FIRST in namespace.kubectl("get", "plr", NAME)


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_it_reads_the_plates_of_a_street(
    addresses: dict[str, str], street: np.ndarray, expected: set[str], protocol: str
) -> None:
    reading = recognize(addresses[protocol], street, protocol)
    assert expected <= set(reading.texts)
    assert reading.release == FIRST


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_it_reads_nothing_where_no_plate_is(addresses: dict[str, str], street: np.ndarray, protocol: str) -> None:
    reading = recognize(addresses[protocol], street[:FIRST_CAR], protocol)
    assert reading.texts == []
    assert reading.boxes.shape == (0, 4)


@pytest.mark.reference
@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_it_finds_the_plates_of_real_pictures(addresses: dict[str, str], reference_data: Path, protocol: str) -> None:
    """Two of the four on the street, and at most one thing on the cat that is none: how well is measured elsewhere."""
    frame = picture(reference_data / "car.jpg")
    height, width = frame.shape[:2]
    boxes = recognize(addresses[protocol], frame, protocol).boxes
    assert len(boxes) >= 2
    assert (boxes >= 0).all()
    assert (boxes <= (width, height, width, height)).all()
    assert len(recognize(addresses[protocol], picture(reference_data / "cat.jpeg"), protocol).boxes) <= 1


def test_a_stranger_cannot_unload_its_models(namespace: Namespace) -> None:
    with (
        namespace.forward(f"service/{NAME}", 8001) as (grpc,),
        tritonclient.grpc.InferenceServerClient(grpc) as client,
    ):
        with pytest.raises(InferenceServerException, match="restrict"):
            client.unload_model("plate_recognition")
        assert client.is_model_ready("plate_recognition")


def test_a_promoted_release_is_served_without_a_new_pod(
    releases: Store, namespace: Namespace, addresses: dict[str, str], street: np.ndarray, expected: set[str]
) -> None:
    before = pods(namespace)
    releases.promote(PREFIX, SECOND)

    def second_release() -> set[str] | None:
        reading = recognize(addresses["grpc"], street)
        return set(reading.texts) if reading.release == SECOND else None

    assert expected <= eventually("an answer of the second release", second_release)
    eventually("the status names it", lambda: namespace.get("plr", NAME)["status"]["release"].get("active") == SECOND)
    assert pods(namespace) == before


def test_what_happened_to_each_release_is_an_event(namespace: Namespace) -> None:
    about = f"involvedObject.kind=PlateRecognizer,involvedObject.name={NAME}"
    found = json.loads(namespace.kubectl("get", "events", f"--field-selector={about}", "-o", "json"))["items"]
    for release in (FIRST, SECOND):
        told = {event["reason"] for event in found if event["message"].startswith(f"Release {release} ")}
        assert {"ReleaseFound", "Committed"} <= told


def test_a_rollback_brings_the_release_before_back_without_a_new_pod(
    releases: Store, namespace: Namespace, addresses: dict[str, str], street: np.ndarray
) -> None:
    before = pods(namespace)
    assert f"points to release {FIRST} again, no longer to {SECOND}" in releases.platerec(PREFIX, "rollback", "stable")
    eventually("an answer of the first release", lambda: recognize(addresses["grpc"], street).release == FIRST)
    assert pods(namespace) == before


def test_more_replicas_are_started(namespace: Namespace) -> None:
    namespace.kubectl("scale", "plr", NAME, "--replicas=2")
    eventually("two ready replicas", lambda: namespace.get("plr", NAME)["status"].get("readyReplicas") == 2)


def test_an_edited_field_reaches_the_pods(namespace: Namespace) -> None:
    namespace.patch("plr", NAME, {"spec": {"replicas": 1, "server": {"podLabels": {"team": "yard"}}}})
    eventually(
        "one pod that carries the label",
        lambda: len(namespace.find("pods", "team=yard")) == len(namespace.find("pods")) == 1,
        timeout=240,
    )
    wait_for_condition(namespace, NAME, "Ready", "True")


def test_a_child_edited_by_hand_is_repaired(namespace: Namespace) -> None:
    ports = namespace.get("service", NAME)["spec"]["ports"]
    changed = [{**port, "port": port["port"] + 100} for port in ports]
    namespace.patch("service", NAME, {"spec": {"ports": changed}})
    eventually(
        "the service has its ports again",
        lambda: [p["port"] for p in namespace.get("service", NAME)["spec"]["ports"]] == [p["port"] for p in ports],
    )


@pytest.mark.parametrize("kind", ["poddisruptionbudget", "configmap", "service"])
def test_a_deleted_child_comes_back(namespace: Namespace, kind: str) -> None:
    name = f"{NAME}-release" if kind == "configmap" else NAME
    uid = namespace.get(kind, name)["metadata"]["uid"]
    namespace.delete(kind, name)

    def replaced() -> bool:
        return bool(namespace.get(kind, name)["metadata"]["uid"] != uid)

    eventually(f"{kind}/{name} is there again", replaced)


def test_a_deleted_recognizer_leaves_nothing(namespace: Namespace) -> None:
    namespace.kubectl("delete", "plr", NAME, "--timeout=60s")
    selector = f"platerec.dev/recognizer={NAME}"

    def gone() -> bool:
        return not any(namespace.find(kind, selector) for kind in (*CHILDREN, "pods"))

    eventually("all children are collected", gone)
    with pytest.raises(CommandError, match="NotFound"):
        namespace.get("plr", NAME)


def pods(namespace: Namespace) -> list[str]:
    return sorted(pod["metadata"]["uid"] for pod in namespace.find("pods"))
