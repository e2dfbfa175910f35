"""The pod that the load comes from: within the cluster, since a forwarded port is one pod's and dies with it."""

import base64
import gzip
import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from bench.load import Plan
from bench.records import Request, parse_log
from harness.kubectl import Namespace, Object, eventually

NAME = "load"
CODE = ("__init__.py", "records.py", "clients.py", "load.py", "pod.py")


class LoadPod:
    """Runs loads against the Service of a recognizer, one after the other."""

    def __init__(self, namespace: Namespace, recognizer: str) -> None:
        self._namespace = namespace
        service = f"{recognizer}.{namespace.name}.svc"
        self._urls = {"grpc": f"{service}:8001", "http": f"{service}:8000"}
        self._frames: list[str] = []
        self._folder = ""

    def create(self, frames: Mapping[str, bytes]) -> None:
        """Make the pod, with the pictures that it shows to the recognizer."""
        self._frames = [f"/frames/{name}" for name in frames]
        objects = build_objects(frames, os.environ["PLATEREC_IMAGE"])
        text = "\n---\n".join(json.dumps(each) for each in objects)
        # The pictures are too big for the annotation of a client-side apply.
        self._namespace.kubectl("apply", "--server-side", "-f", "-", text=text)
        eventually("the pod of the load runs", self._runs)

    def delete(self) -> None:
        self._namespace.kubectl("delete", "pod", NAME, "--ignore-not-found", "--grace-period=1")

    def plan(self, seconds: float, rate: float = 0, concurrency: int = 0) -> Plan:
        return Plan(self._urls, self._frames, "", seconds, rate, concurrency)

    def start(self, plan: Plan) -> None:
        self._folder = f"/tmp/load-{time.time_ns()}"
        self._call("start", json.dumps(asdict(replace(plan, folder=self._folder))))
        eventually("the first answers", lambda: self.ended() > 0, timeout=60)

    def ended(self) -> int:
        """How many requests have ended."""
        return int(self._call("count"))

    def failed(self) -> int:
        """How many requests have failed."""
        return int(self._call("failed"))

    def finish(self) -> list[Request]:
        """Let the load end; all of its requests in the order in which they were due."""
        self._call("stop")
        packed = eventually("the load's last answers", lambda: json.loads(unpack(self._call("fetch"))), timeout=180)
        requests = [request for log in packed["logs"] for request in parse_log(log.splitlines())]
        assert requests, f"the load sent nothing: {packed['said']}"
        return sorted(requests, key=lambda request: request.at)

    def run(self, plan: Plan) -> list[Request]:
        """A load from its beginning to its end."""
        self.start(plan)
        time.sleep(plan.seconds)
        return self.finish()

    def _runs(self) -> bool:
        return bool(self._namespace.get("pod", NAME)["status"]["phase"] == "Running")

    def _call(self, command: str, *arguments: str) -> str:
        full = ["exec", NAME, "--", "python", "-m", "bench.pod", command, self._folder, *arguments]
        if command == "fetch":
            return self._namespace.kubectl(*full)
        return eventually(f"bench.pod {command}", lambda: self._namespace.kubectl(*full).strip(), timeout=90)


def unpack(text: str) -> bytes:
    """What the pod packed; an error when some of it was lost on the way."""
    return gzip.decompress(base64.b64decode(text))


def build_objects(frames: Mapping[str, bytes], image: str) -> list[Object]:
    """The pod, with its code and its pictures in ConfigMaps."""
    here = Path(__file__).parent
    code = {name: (here / name).read_text() for name in CODE}
    pictures = {name: base64.b64encode(picture).decode() for name, picture in frames.items()}
    container = {
        "name": NAME,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["python", "-c", "import signal; signal.pause()"],
        "workingDir": "/code",
        "env": [{"name": "PYTHONDONTWRITEBYTECODE", "value": "1"}],
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "code", "mountPath": "/code/bench", "readOnly": True},
            {"name": "frames", "mountPath": "/frames", "readOnly": True},
            {"name": "tmp", "mountPath": "/tmp"},
        ],
    }
    pod = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 1,
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
        "volumes": [
            {"name": "code", "configMap": {"name": f"{NAME}-code"}},
            {"name": "frames", "configMap": {"name": f"{NAME}-frames"}},
            {"name": "tmp", "emptyDir": {}},
        ],
    }
    return [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"{NAME}-code"}, "data": code},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"{NAME}-frames"}, "binaryData": pictures},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": NAME}, "spec": pod},
    ]
