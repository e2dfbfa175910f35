import pytest

from platerec_operator.api.reasons import OperatorReason
from platerec_operator.api.recognizer import GpuSpec
from platerec_operator.status.pods import Pod, parse_pods
from platerec_operator.tests.make import Object, make_pod

SCHEDULER = "0/2 nodes are available: 2 Insufficient nvidia.com/gpu. preemption: not eligible."


def unscheduled(message: str) -> Object:
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
    return make_pod(status={"phase": "Pending", "podIP": None, "conditions": [condition]})


def waiting(reason: str, message: str = "") -> Object:
    state = {"waiting": {"reason": reason, "message": message}}
    return make_pod(status={"containerStatuses": [{"name": "triton", "state": state}], "conditions": []})


def parse(body: Object, gpu: GpuSpec | None = None) -> Pod:
    (pod,) = parse_pods([body], gpu)
    return pod


def test_a_running_pod_is_ready_and_has_no_trouble() -> None:
    assert parse(make_pod()) == Pod("gate-1", "10.0.0.7", ready=True, trouble=None)


def test_missing_gpus_are_said_in_the_schedulers_words() -> None:
    trouble = parse(unscheduled(SCHEDULER), GpuSpec()).trouble
    assert trouble is not None
    assert trouble.reason is OperatorReason.INSUFFICIENT_GPU
    assert "2 Insufficient nvidia.com/gpu" in trouble.message
    assert "add a node with GPUs" in trouble.message


def test_another_obstacle_is_not_called_a_missing_gpu() -> None:
    trouble = parse(unscheduled("0/2 nodes are available: 2 Insufficient cpu."), GpuSpec()).trouble
    assert trouble is not None
    assert trouble.reason is OperatorReason.UNSCHEDULABLE


@pytest.mark.parametrize(
    ("waits_for", "reason"),
    [
        ("ImagePullBackOff", OperatorReason.IMAGE_PULL_FAILED),
        ("CreateContainerConfigError", OperatorReason.POD_NOT_STARTING),
    ],
)
def test_a_container_that_cannot_run_is_named(waits_for: str, reason: OperatorReason) -> None:
    trouble = parse(waiting(waits_for, "its message")).trouble
    assert trouble is not None
    assert trouble.reason is reason
    assert "Container triton of pod gate-1: its message" in trouble.message


ENDED = {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}


@pytest.mark.parametrize(
    "state", [{"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s"}}, {"running": {}}]
)
def test_a_container_that_ends_again_and_again_is_said_also_while_it_runs(state: Object) -> None:
    triton = {"name": "triton", "ready": False, "restartCount": 2, "state": state, "lastState": ENDED}
    trouble = parse(make_pod(status={"containerStatuses": [triton], "conditions": []})).trouble
    assert trouble is not None
    assert trouble.reason is OperatorReason.CRASH_LOOP
    assert "Container triton of pod gate-1: it ends again and again (OOMKilled, exit code 137)" in trouble.message


@pytest.mark.parametrize(("restarts", "ready"), [(1, False), (5, True)])
def test_a_container_that_ended_once_or_is_well_again_is_no_trouble(restarts: int, ready: bool) -> None:
    triton = {"name": "triton", "ready": ready, "restartCount": restarts, "state": {"running": {}}, "lastState": ENDED}
    assert parse(make_pod(status={"containerStatuses": [triton]})).trouble is None


def test_an_agent_that_does_not_run_is_not_asked() -> None:
    agent = {"name": "agent", "started": False, "state": {"running": {}}}
    assert parse(make_pod(status={"initContainerStatuses": [agent]})).address is None


def test_a_container_that_is_being_created_is_no_trouble() -> None:
    assert parse(waiting("ContainerCreating")).trouble is None


def test_pods_that_end_do_not_count() -> None:
    leaving = make_pod("gate-2", metadata={"deletionTimestamp": "now"})
    failed = make_pod("gate-3", status={"phase": "Failed"})
    assert [pod.name for pod in parse_pods([failed, leaving, make_pod()], None)] == ["gate-1"]
