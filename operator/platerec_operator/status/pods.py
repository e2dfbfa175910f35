"""A pod as the status needs it, and what is wrong with it in a person's words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from platerec_operator.api.reasons import OperatorReason
from platerec_operator.api.recognizer import GpuSpec
from platerec_operator.api.trouble import Trouble
from platerec_operator.render.names import AGENT

_WAITING = {
    "ImagePullBackOff": OperatorReason.IMAGE_PULL_FAILED,
    "ErrImagePull": OperatorReason.IMAGE_PULL_FAILED,
    "ErrImageNeverPull": OperatorReason.IMAGE_PULL_FAILED,
    "InvalidImageName": OperatorReason.IMAGE_PULL_FAILED,
    "CrashLoopBackOff": OperatorReason.CRASH_LOOP,
    "CreateContainerConfigError": OperatorReason.POD_NOT_STARTING,
    "CreateContainerError": OperatorReason.POD_NOT_STARTING,
    "RunContainerError": OperatorReason.POD_NOT_STARTING,
}
_ADVICE = {
    OperatorReason.IMAGE_PULL_FAILED: "correct the image or its pull secret",
    OperatorReason.CRASH_LOOP: "read the container's log (kubectl logs --previous)",
    OperatorReason.POD_NOT_STARTING: "correct what the node refuses",
}


@dataclass(frozen=True)
class Pod:
    """One pod that is to stay; its address is where its agent can be asked, none while that does not run."""

    name: str
    address: str | None
    ready: bool
    trouble: Trouble | None


def parse_pods(bodies: Sequence[Mapping[str, Any]], gpu: GpuSpec | None) -> tuple[Pod, ...]:
    """The pods that run or shall run, by name; those that end are left out."""
    staying = [body for body in bodies if _stays(body)]
    return tuple(sorted((_parse_pod(body, gpu) for body in staying), key=lambda pod: pod.name))


def _stays(body: Mapping[str, Any]) -> bool:
    ended = body.get("status", {}).get("phase") in ("Succeeded", "Failed")
    return not ended and "deletionTimestamp" not in body["metadata"]


def _parse_pod(body: Mapping[str, Any], gpu: GpuSpec | None) -> Pod:
    status = body.get("status", {})
    conditions = {condition["type"]: condition for condition in status.get("conditions", ())}
    return Pod(
        name=body["metadata"]["name"],
        address=status.get("podIP") if _agent_runs(status) else None,
        ready=conditions.get("Ready", {}).get("status") == "True",
        trouble=next(_troubles(body["metadata"]["name"], status, conditions, gpu), None),
    )


def _troubles(
    name: str, status: Mapping[str, Any], conditions: Mapping[str, Any], gpu: GpuSpec | None
) -> Iterator[Trouble]:
    scheduled = conditions.get("PodScheduled", {})
    if scheduled.get("status") == "False" and scheduled.get("reason") == "Unschedulable":
        yield _unscheduled(name, scheduled.get("message", ""), gpu)
    for container in (*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ())):
        waiting = container.get("state", {}).get("waiting", {})
        reason = OperatorReason.CRASH_LOOP if _crashes(container) else _WAITING.get(waiting.get("reason", ""))
        if reason:
            text = _describe_end(container) or waiting.get("message") or waiting.get("reason", "")
            message = f"Container {container['name']} of pod {name}: {text.rstrip('.')}; {_ADVICE[reason]}."
            yield Trouble(reason, message)


def _agent_runs(status: Mapping[str, Any]) -> bool:
    containers = status.get("initContainerStatuses", ())
    return any(container["name"] == AGENT and container.get("started") for container in containers)


def _crashes(container: Mapping[str, Any]) -> bool:
    """Also while it runs between two ends, or its trouble would come and go with each."""
    ended = "terminated" in container.get("lastState", {})
    return bool(ended and container.get("restartCount", 0) > 1 and not container.get("ready"))


def _describe_end(container: Mapping[str, Any]) -> str:
    """How it ended the last time; the kubelet's own words change with each try."""
    end = container.get("lastState", {}).get("terminated")
    return f"it ends again and again ({end.get('reason', 'Error')}, exit code {end['exitCode']})" if end else ""


def _unscheduled(name: str, scheduler: str, gpu: GpuSpec | None) -> Trouble:
    if gpu and f"Insufficient {gpu.resource_name}" in scheduler:
        return Trouble(
            OperatorReason.INSUFFICIENT_GPU,
            f"No node has {gpu.count} free {gpu.resource_name} for pod {name} ({scheduler.rstrip('.')}): "
            "add a node with GPUs, free some, or change spec.server.gpu.",
        )
    return Trouble(OperatorReason.UNSCHEDULABLE, f"No node takes pod {name}: {scheduler.rstrip('.')}.")
