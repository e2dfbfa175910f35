"""Whole reconciles, with a cluster, agents and a store in memory."""

import base64
import copy
from datetime import UTC, datetime

import pytest

from platerec_operator.api.names import KIND
from platerec_operator.kube.port import ClusterError, RefusedError
from platerec_operator.runtime.reconcile import AT_REST, SOON, WAITING
from platerec_operator.tests.make import DIGEST, Object, make_pod
from platerec_operator.tests.runtime.world import ADDRESS, KEY, NEW, NEWER, OLD, World
from platerec_store.release.decision import Choice
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Bake, Fault, Report
from platerec_store.release.traffic import Traffic


@pytest.fixture
def world() -> World:
    return World()


def reason(status: Object, kind: str) -> str:
    text: str = next(c["reason"] for c in status["conditions"] if c["type"] == kind)
    return text


async def test_a_new_recognizer_gets_its_children_and_a_status(world: World) -> None:
    await world.reconcile()
    assert world.cluster.writes == [
        "create ServiceAccount",
        "create Secret",
        "create ConfigMap",
        "create Service",
        "create PodDisruptionBudget",
        "create Deployment",
        "create Event",
        "apply/status PlateRecognizer",
    ]
    assert world.decision.release == OLD
    assert world.status["state"] == "Waiting"


async def test_reconciling_twice_writes_once(world: World) -> None:
    await world.reconcile()
    world.cluster.writes.clear()
    await world.reconcile()
    assert world.cluster.writes == []


async def test_at_rest_nothing_is_written_and_it_is_seldom_looked_at(world: World) -> None:
    await world.reconcile()
    world.serve(OLD)
    await world.reconcile()
    assert world.status["state"] == "Serving"
    world.cluster.writes.clear()
    assert await world.reconcile() == AT_REST
    assert world.cluster.writes == []


async def test_a_new_release_is_decided_and_told_to_the_agents(world: World) -> None:
    await world.reconcile()
    world.serve(OLD)
    await world.reconcile()
    world.store.answer = NEWER
    assert await world.reconcile() == SOON
    assert (world.decision.release, world.decision.phase) == (NEW, "Prepare")
    assert world.agents.told[-1] == (ADDRESS, world.decision)
    assert world.status["state"] == "Swapping"


async def test_a_prepared_release_is_committed_and_bakes(world: World) -> None:
    await world.reconcile()
    world.serve(OLD)
    await world.reconcile()
    world.store.answer = NEWER
    await world.reconcile()
    world.serve(OLD, target=NEW, step="Prepared", prepared=NEWER.manifest)
    await world.reconcile()
    assert (world.decision.phase, world.decision.baked) == ("Commit", False)
    world.serve(NEW)
    assert await world.reconcile() == WAITING
    assert world.status["release"]["step"] == "Bake"
    assert reason(world.status, "Progressing") == "Baking"
    world.serve(NEW, bake=Bake(since=Traffic(answered=1), seconds=119))
    await world.reconcile()
    assert "Baked" not in str(world.events)
    world.serve(NEW, bake=Bake(since=Traffic(answered=1), seconds=120))
    await world.reconcile()
    assert world.decision.baked
    for _ in range(2):
        assert world.events[-1] == f"Baked: Release {NEW} stays: its bake is over."
        await world.reconcile()


async def test_the_end_of_a_bake_is_told_though_the_status_stays(world: World) -> None:
    """A pod that joins has a step of its own, before and after."""
    await world.reconcile()
    world.serve(OLD)
    await world.reconcile()
    previous = {"release": OLD, "manifest": DIGEST, "source": world.decision.source}
    changes = {"release": NEW, "manifest": NEWER.manifest, "previous": Choice(**previous), "baked": False}
    bakes = world.decision.model_copy(update=changes)
    data = {"decision.json": bakes.to_json().decode()}
    world.cluster.edit("ConfigMap", "cameras", "gate-release", {"data": data})
    world.store.answer = NEWER
    for seconds in (119, 120):
        world.serve(NEW, bake=Bake(since=Traffic(answered=1), seconds=seconds))
        world.agents.reports["10.0.0.8"] = Report(target=NEW, revision=bakes.revision, step="Load")
        status = {"podIP": "10.0.0.8", "conditions": [{"type": "Ready", "status": "False"}]}
        world.cluster.put(make_pod("gate-2", status=status))
        await world.reconcile()
    assert world.status["release"]["step"] == "Load"
    assert world.events[-1].startswith("Baked: ")


async def test_a_release_that_a_pod_refuses_is_rejected_and_the_one_before_stays(world: World) -> None:
    await world.reconcile()
    world.serve(OLD)
    await world.reconcile()
    world.store.answer = NEWER
    await world.reconcile()
    message = "sample car.jpg expected A, got B."
    fault = Fault(reason=Reason.GATE_FAILED, message=message, transient=False, manifest=NEWER.manifest)
    world.serve(OLD, target=NEW, error=fault)
    await world.reconcile()
    assert (world.decision.release, world.decision.phase) == (OLD, "Commit")
    world.serve(OLD)
    for _ in range(2):
        await world.reconcile()
    assert world.decision.release == OLD
    assert reason(world.status, "Synced") == reason(world.status, "Degraded") == "GateFailed"
    assert "expected A, got B" in str(world.status["conditions"])
    history = [(each["release"], each["result"]) for each in world.status["history"]]
    assert history == [(OLD, "Served"), (NEW, "Rejected")]
    assert f"RolledBack: Release {NEW} is no longer wanted; release {OLD} stays." in world.events
    assert world.events[-1].startswith(f"Rejected: Release {NEW} is rejected: pod gate-1: sample car.jpg")


async def test_each_step_of_a_release_is_an_event(world: World) -> None:
    await world.reconcile()
    world.serve(OLD)
    await world.reconcile()
    world.store.answer = NEWER
    await world.reconcile()
    for step in ("Fetch", "Load"):
        world.serve(OLD, target=NEW, step=step)
        await world.reconcile()
    world.serve(OLD, target=NEW, step="Prepared", prepared=NEWER.manifest)
    await world.reconcile()
    world.serve(NEW)
    await world.reconcile()
    assert world.events == [
        f"ReleaseFound: Release {OLD} shall be served.",
        f"Committed: Release {OLD} is served.",
        f"ReleaseFound: Release {NEW} shall be served; release {OLD} is served until then.",
        f"Preparing: Pods fetch, load and check release {NEW}.",
        f"Prepared: Release {NEW} is loaded and checked on every pod.",
        f"Committed: Release {NEW} is served.",
    ]


async def test_an_operator_that_ends_before_its_status_is_written_tells_nothing_twice(world: World) -> None:
    await world.reconcile()
    world.store.answer = NEWER
    world.cluster.refused[KIND] = ClusterError("The API server is away.")
    for _ in range(2):
        with pytest.raises(ClusterError):
            await world.reconcile()
    assert [told for told in world.events if NEW in told] == [f"ReleaseFound: Release {NEW} shall be served."]


async def test_an_event_that_is_refused_keeps_no_status_back(world: World) -> None:
    world.cluster.refused["Event"] = RefusedError("events is forbidden")
    await world.reconcile()
    assert world.status["release"]["target"] == OLD


async def test_settings_of_the_pipeline_are_told_too(world: World) -> None:
    await world.reconcile()
    world.serve(OLD)
    await world.reconcile()
    world.edit(pipeline={"maxPlates": 8})
    await world.reconcile()
    assert world.decision.pipeline.max_plates == 8
    assert [told.pipeline.max_plates for _, told in world.agents.told] == [64, 8]


async def test_an_outage_of_the_store_keeps_the_decision(world: World) -> None:
    await world.reconcile()
    before = world.decision
    world.store.answer = Fault(reason=Reason.BUCKET_NOT_FOUND, message="There is no bucket.", transient=True)
    await world.reconcile()
    assert world.decision == before
    assert reason(world.status, "Synced") == "BucketNotFound"


async def test_after_a_restart_nothing_is_unsaid_before_the_store_answers(world: World) -> None:
    world.store.answer = Fault(reason=Reason.ACCESS_DENIED, message="No.", transient=True)
    await world.reconcile()
    world.cluster.writes.clear()
    world.store.answer = None
    await world.reconcile()
    assert world.cluster.writes == []
    assert reason(world.status, "Synced") == "AccessDenied"


async def test_the_token_is_made_once(world: World) -> None:
    await world.reconcile()
    world.reconciler.token = lambda: "another-token"
    world.edit(replicas=2)
    await world.reconcile()
    assert world.get("Secret", "gate-agent")["data"]["token"] == "bmV3LXRva2Vu"


async def test_an_old_token_is_replaced_while_no_release_is_on_its_way(world: World) -> None:
    await world.reconcile()
    world.serve(OLD)
    await world.reconcile()
    world.reconciler.token = lambda: "rotated"
    world.reconciler.now = lambda: datetime(2026, 12, 31, tzinfo=UTC)
    world.store.answer = NEWER
    await world.reconcile()
    rotated = base64.b64encode(b"rotated").decode()
    assert world.get("Secret", "gate-agent")["data"]["token"] == rotated
    world.reconciler.token = lambda: "rotated again"
    world.reconciler.now = lambda: datetime(2027, 3, 1, tzinfo=UTC)
    await world.reconcile()
    assert world.decision.phase == "Prepare"
    assert world.get("Secret", "gate-agent")["data"]["token"] == rotated


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("ServiceAccount", "gate"),
        ("Secret", "gate-agent"),
        ("ConfigMap", "gate-release"),
        ("Service", "gate"),
        ("PodDisruptionBudget", "gate"),
        ("Deployment", "gate"),
    ],
)
async def test_a_deleted_child_comes_back(world: World, kind: str, name: str) -> None:
    await world.reconcile()
    world.cluster.delete(kind, "cameras", name)
    await world.reconcile()
    assert world.get(kind, name)["metadata"]["ownerReferences"]


@pytest.mark.parametrize(
    ("kind", "name", "changes"),
    [
        ("Service", "gate", {"spec": {"type": "NodePort"}}),
        ("Service", "gate", {"spec": {"selector": {"one-more": "key"}}}),
        ("Deployment", "gate", {"spec": {"replicas": 7}}),
        ("Deployment", "gate", {"metadata": {"labels": {"platerec.dev/recognizer": None}}}),
        ("PodDisruptionBudget", "gate", {"spec": {"maxUnavailable": 0}}),
        ("ConfigMap", "gate-release", {"data": {"decision.json": "{}"}}),
        ("ConfigMap", "gate-release", {"data": {"decision.json": "not JSON"}}),
    ],
)
async def test_a_child_that_was_edited_by_hand_is_repaired(world: World, kind: str, name: str, changes: Object) -> None:
    await world.reconcile()
    before = world.cluster.objects[kind, "cameras", name]
    wanted = copy.deepcopy((before["metadata"]["labels"], before.get("spec"), before.get("data")))
    world.cluster.edit(kind, "cameras", name, changes)
    await world.reconcile()
    after = world.get(kind, name)
    assert (after["metadata"]["labels"], after.get("spec"), after.get("data")) == wanted


async def test_an_edited_spec_reaches_the_children_and_back(world: World) -> None:
    await world.reconcile()
    world.edit(server={"nodeSelector": {"pool": "a"}}, replicas=3)
    await world.reconcile()
    spec = world.get("Deployment", "gate")["spec"]
    assert (spec["replicas"], spec["template"]["spec"]["nodeSelector"]) == (3, {"pool": "a"})
    world.edit(server=None)
    await world.reconcile()
    assert "nodeSelector" not in world.get("Deployment", "gate")["spec"]["template"]["spec"]


async def test_a_profile_that_the_release_was_not_built_for_changes_no_pod(world: World) -> None:
    await world.reconcile()
    world.serve(OLD)
    await world.reconcile()
    before = copy.deepcopy(world.get("Deployment", "gate")["spec"]["template"])
    world.edit(profile="gpu-torchscript")
    world.store.answer = Fault(reason=Reason.PROFILE_MISSING, message="It was not built for it.", transient=False)
    await world.reconcile()
    assert world.decision.profile == "cpu-onnx"
    assert world.get("Deployment", "gate")["spec"]["template"] == before
    assert reason(world.status, "Synced") == "ProfileMissing"


async def test_shared_memory_does_not_shrink(world: World) -> None:
    def size() -> str:
        volumes = world.get("Deployment", "gate")["spec"]["template"]["spec"]["volumes"]
        found: str = next(v["emptyDir"]["sizeLimit"] for v in volumes if v["name"] == "shm")
        return found

    world.edit(server={"sharedMemory": "4Gi"})
    await world.reconcile()
    world.edit(server=None)
    await world.reconcile()
    assert size() == "4Gi"


async def test_somebody_elses_child_is_left_alone_and_said(world: World) -> None:
    theirs = {"kind": "Service", "metadata": {"name": "gate", "namespace": "cameras"}, "spec": {"type": "Theirs"}}
    world.cluster.put(theirs)
    await world.reconcile()
    assert world.get("Service", "gate")["spec"] == {"type": "Theirs"}
    assert reason(world.status, "Synced") == reason(world.status, "Degraded") == "NameConflict"
    world.cluster.delete("Service", "cameras", "gate")
    await world.reconcile()
    assert world.get("Service", "gate")["spec"]["type"] == "ClusterIP"
    assert reason(world.status, "Degraded") == "AsExpected"


async def test_somebody_elses_secret_lends_no_token(world: World) -> None:
    meta = {"name": "gate-agent", "namespace": "cameras"}
    world.cluster.put({"kind": "Secret", "metadata": meta, "data": {"token": "dGhlaXJz"}})
    await world.reconcile()
    assert world.get("Secret", "gate-agent")["data"] == {"token": "dGhlaXJz"}
    assert reason(world.status, "Degraded") == "NameConflict"


async def test_a_child_that_the_api_server_refuses_is_said_in_its_words(world: World) -> None:
    world.cluster.refused["Deployment"] = RefusedError('spec.template: Invalid value: "x"')
    await world.reconcile()
    assert reason(world.status, "Degraded") == "ChildRefused"
    assert 'Invalid value: "x"' in str(world.status["conditions"])
    assert world.get("Service", "gate"), "the others are made"


async def test_a_spec_that_an_older_crd_let_in_is_said(world: World) -> None:
    world.edit(profile="tpu")
    await world.reconcile()
    assert reason(world.status, "Degraded") == "InvalidSpec"
    assert "spec.profile" in str(world.status["conditions"])
    world.cluster.writes.clear()
    await world.reconcile()
    assert world.cluster.writes == []


async def test_an_agent_that_stays_silent_is_said_and_asked_again_before_long(world: World) -> None:
    await world.reconcile()
    world.serve(OLD)
    await world.reconcile()
    world.agents.reports.clear()
    after = await world.reconcile()
    assert reason(world.status, "Degraded") == "AgentUnreachable"
    assert world.status["release"]["active"] == OLD
    assert after is not None
    assert after < AT_REST


async def test_agents_that_do_not_know_a_new_token_yet_are_no_trouble(world: World) -> None:
    await world.reconcile()
    world.serve(OLD)
    world.agents.token = "new-token"
    await world.reconcile()
    world.reconciler.token = lambda: "rotated"
    world.cluster.delete("Secret", "cameras", "gate-agent")
    await world.reconcile()
    assert world.get("Secret", "gate-agent")["data"]["token"] == "cm90YXRlZA=="
    assert world.status["state"] == "Serving"
    assert world.status["release"]["active"] == OLD


async def test_a_fleet_that_nobody_hears_of_is_not_settled_at_a_new_release(world: World) -> None:
    await world.reconcile()
    world.serve(OLD)
    await world.reconcile()
    world.agents.token = "another"
    world.store.answer = NEWER
    assert await world.reconcile() == WAITING
    assert reason(world.status, "Progressing") == "Swapping"


async def test_a_recognizer_that_is_gone_is_forgotten(world: World) -> None:
    world.cluster.delete(KIND, "cameras", "gate")
    assert await world.reconcile() is None
    assert world.store.forgotten == [KEY]
    assert world.cluster.writes == []


async def test_a_recognizer_that_is_being_deleted_gets_nothing(world: World) -> None:
    world.cluster.edit(KIND, "cameras", "gate", {"metadata": {"deletionTimestamp": "now"}})
    assert await world.reconcile() is None
    assert world.cluster.writes == []
