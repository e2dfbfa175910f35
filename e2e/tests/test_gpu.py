"""GPU requests: satisfied where a node has what is asked for, and a reason in plain words where none has.

The GPUs are simulated (a node that says that it has some), so the pods run the CPU image, whose PyTorch backend serves
the TorchScript builds of the profile.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from harness.kubectl import Namespace, Object, apply_cluster_wide, eventually, run
from harness.recognition import recognize
from harness.recognizers import recognizer, wait_for_condition
from harness.store import Store

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(os.environ.get("GPU") == "1", reason="this host has real GPUs: nothing is simulated")

GPU = "nvidia.com/gpu"


@pytest.fixture(scope="module", autouse=True)
def runtime_class() -> Iterator[None]:
    """What the NVIDIA container toolkit brings to a real cluster."""
    nvidia = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "nvidia"}, "handler": "runc"}
    apply_cluster_wide(nvidia)
    yield
    run("kubectl", "delete", "runtimeclass", "nvidia")


def gpu_recognizer() -> Object:
    return recognizer(
        "gpu",
        "gpu",
        profile="gpu-torchscript",
        server={"image": os.environ["TRITON_CPU_IMAGE"], "gpu": {"count": 1}},
    )


def test_a_request_that_no_node_can_satisfy_is_said(store: Store, namespace: Namespace, tmp_path: Path) -> None:
    store.publish("gpu", "gpu-1", tmp_path)
    store.promote("gpu", "gpu-1")
    namespace.apply(gpu_recognizer())
    found = wait_for_condition(namespace, "gpu", "Degraded", "True", "InsufficientGPU")
    assert GPU in found["message"]


def test_a_node_with_gpus_takes_the_pod(namespace: Namespace) -> None:
    node = json.loads(run("kubectl", "get", "nodes", "-o", "json"))["items"][-1]["metadata"]["name"]
    run(str(ROOT / "e2e/cluster/simulate-gpus.sh"), node, "1")

    def placed() -> Object | None:
        pod = namespace.find("pods")[0]
        return pod if pod["spec"].get("nodeName") else None

    pod = eventually("the pod has a node", placed)
    triton = next(c for c in pod["spec"]["containers"] if c["name"] == "triton")
    assert pod["spec"]["nodeName"] == node
    assert triton["resources"]["limits"][GPU] == "1"
    assert pod["spec"]["runtimeClassName"] == "nvidia"

    wait_for_condition(namespace, "gpu", "Ready", "True")
    wait_for_condition(namespace, "gpu", "Degraded", "False")


def test_the_torchscript_builds_read_the_street(namespace: Namespace, street: np.ndarray, expected: set[str]) -> None:
    with namespace.forward("service/gpu", 8001) as (grpc,):
        reading = recognize(grpc, street)
    assert expected <= set(reading.texts)
    assert reading.release == "gpu-1"
