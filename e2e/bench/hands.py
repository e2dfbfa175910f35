"""What a soak does to the cluster: ends containers, takes pods and the store away."""

import os
import random
import time
from pathlib import Path

from bench.fleet import NAME, open_store
from bench.judge import Span
from harness.kubectl import CommandError, Namespace, Object, eventually, run
from harness.store import BUCKET, STORE_NAMESPACE

OPERATOR_NAMESPACE = "platerec-system"


class Hands:
    """Lays hands on one recognizer's pods, the operator and the store; which pod, chance says."""

    def __init__(self, namespace: Namespace, prefix: str, chance: random.Random) -> None:
        self._namespace = namespace
        self._prefix = prefix
        self._chance = chance

    def kill(self, container: str) -> Span:
        """SIGKILL from outside the container, where its first process cannot ignore it; back when it runs again.

        Of the pods one whose container was killed least: the kubelet waits ever longer before it starts one again.
        """
        pods = self._ready_pods()
        fewest = min(_status_of(pod, container)["restartCount"] for pod in pods)
        pod = self._chance.choice([each for each in pods if _status_of(each, container)["restartCount"] == fewest])
        name, node = pod["metadata"]["name"], pod["spec"]["nodeName"]
        identifier = _status_of(pod, container)["containerID"].partition("://")[2]
        command = ("ctr", "--namespace", "k8s.io", "tasks", "kill", "--signal", "SIGKILL", identifier)
        began = time.time()
        run(os.environ.get("CONTAINER_ENGINE", "docker"), "exec", node, *command)
        span = Span(began, time.time())

        def is_back() -> bool:
            found = _status_of(self._namespace.get("pod", name), container)
            return bool(found["restartCount"] > fewest and found["ready"])

        eventually(f"container {container} of pod {name} runs again", is_back, timeout=300)
        return span

    def delete_pod(self, gently: bool) -> Span:
        """Delete one of the pods as a drain does, or at once as when its node is lost."""
        pod = self._chance.choice(self._ready_pods())["metadata"]["name"]
        at_once = () if gently else ("--grace-period=0", "--force")
        began = time.time()
        self._namespace.kubectl("delete", "pod", pod, "--wait=false", *at_once)
        return Span(began, time.time())

    def kill_operator(self) -> None:
        Namespace(OPERATOR_NAMESPACE).kubectl("delete", "pod", "--all", "--grace-period=0", "--force")

    def stop_store(self) -> None:
        store = Namespace(STORE_NAMESPACE)
        store.kubectl("scale", "deployment/store", "--replicas=0")
        store.kubectl("delete", "pod", "--all", "--grace-period=1", "--wait=false")
        # There may be none left to wait for.
        store.kubectl("wait", "pod", "--all", "--for=delete", "--timeout=60s", check=False)

    def start_store(self) -> None:
        """Bring the store back, and wait until it answers."""
        Namespace(STORE_NAMESPACE).kubectl("scale", "deployment/store", "--replicas=1")
        Namespace(STORE_NAMESPACE).kubectl("rollout", "status", "deployment/store", "--timeout=120s")

        def answers() -> bool:
            with open_store() as store:
                return bool(store.platerec(self._prefix, "list"))

        eventually("the store answers", answers)

    def describe(self, path: Path) -> None:
        """Write all that explains what went wrong: objects, events, and the last words of everyone."""
        told = [
            self._ask("get", "plr", NAME, "-o", "yaml"),
            self._ask("get", "configmap", f"{NAME}-release", "-o", "yaml"),
            self._ask("get", "pods", "-o", "wide"),
            self._ask("describe", "pods", "-l", f"platerec.dev/recognizer={NAME}"),
            self._ask("get", "events", "--sort-by=.lastTimestamp"),
            self._ask("logs", "-l", f"platerec.dev/recognizer={NAME}", "--all-containers", "--prefix", "--tail=150"),
            self._ask("logs", "-l", "app.kubernetes.io/name", "--tail=300", "--prefix", namespace=OPERATOR_NAMESPACE),
            self._ask("get", "pods", "-o", "wide", namespace=STORE_NAMESPACE),
        ]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(told))

    def _ask(self, *command: str, namespace: str = "") -> str:
        asked = Namespace(namespace) if namespace else self._namespace
        try:
            said = asked.kubectl(*command, check=False)
        except CommandError as error:
            said = str(error)
        return f"### {asked.name}: kubectl {' '.join(command)}\n{said}"

    def _ready_pods(self) -> list[Object]:
        pods = self._namespace.find("pods", f"platerec.dev/recognizer={NAME}")
        going = [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]
        ready = [pod for pod in going if all(each["ready"] for each in pod["status"].get("containerStatuses", ()))]
        assert ready, f"none of {len(pods)} pods is ready"
        return sorted(ready, key=lambda pod: str(pod["metadata"]["name"]))


def swap_bytes(key: str, content: bytes | None = None) -> bytes:
    """Put other bytes of the same length in an object's place, or these; what was there before."""
    with open_store() as store:
        s3 = store.s3
        before: bytes = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        s3.put_object(Bucket=BUCKET, Key=key, Body=bytes(byte ^ 1 for byte in before) if content is None else content)
    return before


def _status_of(pod: Object, container: str) -> Object:
    status = pod["status"]
    all_of_them = [*status.get("containerStatuses", ()), *status.get("initContainerStatuses", ())]
    found: Object = next(each for each in all_of_them if each["name"] == container)
    return found
