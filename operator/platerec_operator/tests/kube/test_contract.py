"""What the operator relies on, of the fake and of a real API server."""

import json
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from platerec_operator.api.names import MANAGER
from platerec_operator.kube.client import KubeCluster, open_client
from platerec_operator.kube.events import post_events
from platerec_operator.kube.memory import MemoryCluster
from platerec_operator.kube.port import Cluster, ConflictError, NameTakenError, Object, RefusedError
from platerec_operator.plan.actions import Apply, Patch
from platerec_operator.plan.chain import build_plan, child_name, with_uid
from platerec_operator.status.events import Note
from platerec_operator.tests.make import make_body, merged

NAMESPACE = f"operator-contract-{os.getpid()}"


def kubectl(*arguments: str) -> str:
    return subprocess.run(["kubectl", *arguments], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def namespace() -> Iterator[str]:
    kubectl("create", "namespace", NAMESPACE)
    yield NAMESPACE
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")


@pytest.fixture(params=["memory", pytest.param("real", marks=pytest.mark.cluster)])
async def cluster(request: pytest.FixtureRequest) -> AsyncIterator[Cluster]:
    if request.param == "memory":
        yield MemoryCluster()
        return
    request.getfixturevalue("namespace")
    async with open_client() as client:
        yield KubeCluster(client)


@pytest.fixture
def owner(request: pytest.FixtureRequest) -> Object:
    """The test's namespace: the API server collects objects whose owner does not exist."""
    uid = "0a1b2c3d-0000-4000-8000-000000000000"
    if "namespace" in request.fixturenames or "real" in request.node.name:
        request.getfixturevalue("namespace")
        uid = kubectl("get", "namespace", NAMESPACE, "-o", "jsonpath={.metadata.uid}")
    return {"apiVersion": "v1", "kind": "Namespace", "name": NAMESPACE, "uid": uid}


@pytest.fixture
def body(request: pytest.FixtureRequest, owner: Object) -> Object:
    """A Service of the test's own name: of all kinds the one on which hand edits are commonest."""
    name = f"t{abs(hash(request.node.name)) % 10**8}"
    meta = {"name": name, "namespace": NAMESPACE, "labels": {"test": name}, "ownerReferences": [owner]}
    ports = [{"name": "http", "port": 8000, "protocol": "TCP"}]
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"ports": ports, "type": "ClusterIP"}}


async def get(cluster: Cluster, body: Object) -> Object:
    found = await cluster.get(body["kind"], NAMESPACE, body["metadata"]["name"])
    assert found is not None
    return found


async def drive(cluster: Cluster, body: Object) -> list[type]:
    """What the operator does with a child, again if a controller changed it meanwhile; the kinds of its actions."""
    for _ in range(5):
        with suppress(ConflictError):
            return await drive_once(cluster, body)
    return await drive_once(cluster, body)


async def drive_once(cluster: Cluster, body: Object) -> list[type]:
    actions = build_plan([body], {child_name(body): await get(cluster, body)})
    for action in actions:
        match action:
            case Patch(live=live, operations=operations):
                await cluster.patch(live, operations, MANAGER)
            case Apply(body=wanted):
                await cluster.apply(wanted, MANAGER)
            case other:
                raise AssertionError(other)
    return [type(action) for action in actions]


def edit(cluster: Cluster, body: Object, changes: Object) -> None:
    """Somebody's hand."""
    kind, name = child_name(body)
    if isinstance(cluster, MemoryCluster):
        cluster.edit(kind, NAMESPACE, name, changes)
    else:
        kubectl("-n", NAMESPACE, "patch", kind, name, "--type=merge", "-p", json.dumps(changes))


async def test_what_is_not_there_is_none(cluster: Cluster) -> None:
    assert await cluster.get("Service", NAMESPACE, "nothing") is None


async def test_what_was_created_is_found_by_name_and_label(cluster: Cluster, body: Object) -> None:
    created = await cluster.create(body, MANAGER)
    assert created["metadata"]["uid"]
    assert (await get(cluster, body))["spec"]["type"] == "ClusterIP"
    (listed,) = await cluster.list("Service", NAMESPACE, f"test={body['metadata']['name']}")
    assert listed["kind"] == "Service"
    assert await cluster.list("Service", NAMESPACE, "test=another") == []


async def test_a_name_is_given_once(cluster: Cluster, body: Object) -> None:
    await cluster.create(body, MANAGER)
    with pytest.raises(NameTakenError):
        await cluster.create(body, MANAGER)


async def test_an_apply_speaks_of_one_object_only(cluster: Cluster, body: Object) -> None:
    """Of an object that was deleted and made anew meanwhile, say."""
    await cluster.create(body, MANAGER)
    with pytest.raises(ConflictError):
        await cluster.apply(with_uid(body, "11111111-0000-4000-8000-000000000000"), MANAGER)


async def test_an_apply_makes_nothing_anew(cluster: Cluster, body: Object) -> None:
    with pytest.raises(ConflictError):
        await cluster.apply(with_uid(body, "11111111-0000-4000-8000-000000000000"), MANAGER)
    assert await cluster.get("Service", NAMESPACE, body["metadata"]["name"]) is None


async def test_a_created_child_needs_no_second_write(cluster: Cluster, body: Object) -> None:
    await cluster.create(body, MANAGER)
    assert await drive(cluster, body) == []


async def test_a_hand_edit_of_our_field_is_taken_back(cluster: Cluster, body: Object) -> None:
    await cluster.create(body, MANAGER)
    edit(cluster, body, {"spec": {"ports": [{"name": "http", "port": 8100, "protocol": "TCP"}]}})
    assert Apply in await drive(cluster, body)
    assert [port["port"] for port in (await get(cluster, body))["spec"]["ports"]] == [8000]
    assert await drive(cluster, body) == []


async def test_a_selector_that_was_given_one_more_key_is_made_whole(cluster: Cluster, body: Object) -> None:
    selecting = merged(body, {"spec": {"selector": {"app": "gate"}}})
    await cluster.create(selecting, MANAGER)
    edit(cluster, body, {"spec": {"selector": {"theirs": "1"}}})
    assert Apply in await drive(cluster, selecting)
    assert (await get(cluster, body))["spec"]["selector"] == {"app": "gate"}


LABELS = {"app": "gate"}
CONTAINER: Object = {
    "name": "triton",
    "image": "example/triton:1",
    "ports": [{"name": "http", "containerPort": 8000, "protocol": "TCP"}],
    "livenessProbe": {"httpGet": {"path": "/", "port": "http"}},
    "env": [{"name": "A", "value": "1"}],
}
DATA: Object = {"name": "data", "emptyDir": {}}
SPREAD: Object = {
    "maxSkew": 1,
    "topologyKey": "kubernetes.io/hostname",
    "whenUnsatisfiable": "ScheduleAnyway",
    "labelSelector": {"matchLabels": LABELS},
}
POD_SPEC: Object = {"containers": [CONTAINER], "volumes": [DATA], "topologySpreadConstraints": [SPREAD]}
DEPLOYMENT: Object = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "spec": {
        "replicas": 0,
        "selector": {"matchLabels": LABELS},
        "template": {"metadata": {"labels": LABELS}, "spec": POD_SPEC},
    },
}
BUDGET: Object = {
    "apiVersion": "policy/v1",
    "kind": "PodDisruptionBudget",
    "spec": {"maxUnavailable": 1, "selector": {"matchLabels": LABELS}},
}
OWN_NAME = {"apiVersion": "v1", "fieldPath": "metadata.name"}


def in_container(**changes: object) -> Object:
    return {"spec": {"template": {"spec": {"containers": [{**CONTAINER, **changes}]}}}}


def in_pod(**changes: object) -> Object:
    return {"spec": {"template": {"spec": changes}}}


REPLACED: dict[str, tuple[Object, Object]] = {
    "a budget's other bound": (BUDGET, {"spec": {"minAvailable": 1, "maxUnavailable": None}}),
    "a container's port": (DEPLOYMENT, in_container(ports=[{"name": "http", "containerPort": 1, "protocol": "TCP"}])),
    "a probe's handler": (DEPLOYMENT, in_container(livenessProbe={"tcpSocket": {"port": "http"}})),
    "a variable's origin": (DEPLOYMENT, in_container(env=[{"name": "A", "valueFrom": {"fieldRef": OWN_NAME}}])),
    "a volume's kind": (DEPLOYMENT, in_pod(volumes=[{"name": "data", "hostPath": {"path": "/", "type": ""}}])),
    "a spread": (DEPLOYMENT, in_pod(topologySpreadConstraints=[{**SPREAD, "whenUnsatisfiable": "DoNotSchedule"}])),
}


@pytest.mark.parametrize("case", REPLACED)
async def test_what_a_hand_put_in_the_place_of_ours_gives_way(cluster: Cluster, body: Object, case: str) -> None:
    """An apply alone would leave both there, which is refused."""
    kind, changes = REPLACED[case]
    ours = {**kind, "metadata": body["metadata"]}
    created = await cluster.create(ours, MANAGER)
    assert await drive(cluster, ours) == []
    edit(cluster, ours, changes)
    assert Apply in await drive(cluster, ours)
    assert (await get(cluster, ours))["spec"] == created["spec"]
    assert await drive(cluster, ours) == []


async def test_fields_of_others_stay(cluster: Cluster, body: Object) -> None:
    await cluster.create(body, MANAGER)
    edit(cluster, body, {"metadata": {"annotations": {"theirs": "1"}}})
    assert await drive(cluster, body) == []
    await drive(cluster, merged(body, {"spec": {"type": "NodePort"}}))
    assert (await get(cluster, body))["metadata"]["annotations"]["theirs"] == "1"


async def test_a_field_that_is_no_longer_rendered_goes_away(cluster: Cluster, body: Object) -> None:
    """Also one that came with the POST, which the API server books on another account than an apply."""
    await cluster.create(merged(body, {"metadata": {"annotations": {"zone": "a", "digest": "1"}}}), MANAGER)
    changed = merged(body, {"metadata": {"annotations": {"digest": "2"}}})
    assert await drive(cluster, changed) == [Patch, Apply]
    assert "zone" not in (await get(cluster, body))["metadata"]["annotations"]
    assert await drive(cluster, merged(changed, {"spec": {"type": "NodePort"}})) == [Apply]


async def test_a_patch_of_an_older_version_changes_nothing(cluster: Cluster, body: Object) -> None:
    await cluster.create(body, MANAGER)
    live = await get(cluster, body)
    edit(cluster, body, {"metadata": {"annotations": {"theirs": "1"}}})
    version = {"op": "test", "path": "/metadata/resourceVersion", "value": live["metadata"]["resourceVersion"]}
    change = {"op": "replace", "path": "/spec/type", "value": "NodePort"}
    with pytest.raises(ConflictError):
        await cluster.patch(live, (version, change), MANAGER)
    assert (await get(cluster, body))["spec"]["type"] == "ClusterIP"


@pytest.mark.cluster
async def test_a_patch_that_is_never_taken_is_refused_in_the_servers_words(body: Object, namespace: str) -> None:
    """It is no conflict: the object did not change, and asking again would not help."""
    async with open_client() as client:
        cluster = KubeCluster(client)
        live = await cluster.create(body, MANAGER)
        change = {"op": "replace", "path": "/spec/type", "value": "Nonsense"}
        with pytest.raises(RefusedError, match=r"spec\.type"):
            await cluster.patch(live, (change,), MANAGER)


async def test_an_event_is_posted_once(cluster: Cluster) -> None:
    recognizer = merged(make_body(), {"metadata": {"namespace": NAMESPACE}})
    notes = (Note("ReleaseFound", "r1", "Release r1 shall be served."), Note("Rejected", "r1", "No.", warning=True))
    assert await post_events(cluster, recognizer, notes, datetime(2026, 11, 23, tzinfo=UTC)) == 2
    assert await post_events(cluster, recognizer, notes, datetime(2026, 11, 24, tzinfo=UTC)) == 0


@pytest.mark.cluster
async def test_what_the_api_server_never_takes_is_refused_in_its_words(body: Object, namespace: str) -> None:
    async with open_client() as client:
        with pytest.raises(RefusedError, match=r"spec\.type"):
            await KubeCluster(client).create(merged(body, {"spec": {"type": "Nonsense"}}), MANAGER)
        with pytest.raises(RefusedError, match="nonsense"):
            await KubeCluster(client).create(merged(body, {"spec": {"nonsense": 1}}), MANAGER)
