"""The recognizer under proof: applied, moved to a release, watched, and how much memory its Tritons hold."""

import contextlib
import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.judge import Swap
from bench.releases import Release
from harness.kubectl import Namespace, Object, eventually
from harness.recognizers import recognizer, wait_for_condition
from harness.store import STORE_NAMESPACE, Store, secret_text

NAME = "gate"
REPLICAS = 2
QUIET = 0.5
"""Seconds for which the status must stay settled: steps follow each other, with nothing in between for a moment."""


def build_recognizer(
    prefix: str, replicas: int = REPLICAS, bake_seconds: int = 3, max_latency_ratio: float = 10
) -> Object:
    """Pods that look at the channel often and bake shortly.

    The machine is loaded on purpose, so a few golden pictures say little about time. Boxes that may or may not be
    plates are left out: a guess at their text is no mark.
    """
    found = recognizer(NAME, prefix, replicas=replicas, pipeline={"detectionThreshold": 0.7})
    found["spec"]["models"]["update"] = {"pollSeconds": 2, "bakeSeconds": bake_seconds}
    found["spec"]["models"]["gate"] = {"maxLatencyRatio": max_latency_ratio}
    return found


@contextlib.contextmanager
def open_store() -> Iterator[Store]:
    """The store through a port that is forwarded for as long as it is needed: a long proof outlives connections."""
    namespace = Namespace(STORE_NAMESPACE)
    keys = secret_text(namespace.get("secret", "store-writer"))
    with namespace.forward("service/store", 8333) as (address,):
        yield Store(f"http://{address}", keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"])


class Fleet:
    """One recognizer; `with` it, its status is watched by one process for all the time."""

    def __init__(self, namespace: Namespace, prefix: str, recognizer: Object | None = None) -> None:
        self._namespace = namespace
        self._prefix = prefix
        self._recognizer = recognizer or build_recognizer(prefix)
        self._changed = threading.Condition()
        self._seen: list[tuple[float, dict[str, Any]]] = []
        self._status: dict[str, Any] = {}
        self._status_since = 0.0
        self._watch: subprocess.Popen[str] | None = None
        self._closed = False

    def serve(self, release: Release) -> None:
        """Apply the recognizer on a release, and wait until all pods serve it."""
        self.promote(release)
        self._namespace.apply(self._recognizer)
        wait_for_condition(self._namespace, NAME, "Ready", "True")

        def all_ready() -> bool:
            status = self._namespace.get("plr", NAME)["status"]
            return status.get("readyReplicas") == self._recognizer["spec"]["replicas"] and is_settled(
                status["release"], release.name
            )

        eventually("all pods serve", all_ready, timeout=240)

    def promote(self, release: Release) -> None:
        """Point the channel to a release."""
        with open_store() as store:
            store.promote(self._prefix, release.name)

    def settle(self, old: str, new: str, began: float, timeout: float = 180) -> Swap:
        """Wait until the fleet serves the new release and nothing is left to do."""
        end = began + timeout
        with self._changed:
            while not self._settled_at(new):
                left = end - time.time()
                if left <= 0:
                    raise AssertionError(f"no swap from {old} to {new} within {timeout:.0f} s: {self.describe()}")
                self._changed.wait(min(left, QUIET))
            during = [(at, status) for at, status in self._seen if at >= began]
        steps = [(at, f"{status.get('target', '')} {status.get('step', '')}".strip()) for at, status in during]
        return Swap(old, new, began, during[-1][0] if during else time.time(), tuple(steps))

    def wait(self, what: str, probe: Callable[[dict[str, Any]], bool], timeout: float = 180, quiet: float = 0) -> None:
        """Wait until the whole status is as the probe wants it, and has been for some quiet seconds."""
        end = time.time() + timeout
        with self._changed:
            while not (probe(self._status) and time.time() - self._status_since >= quiet):
                left = end - time.time()
                if left <= 0:
                    raise AssertionError(f"not within {timeout:.0f} s: {what}; the status is {self._status}")
                self._changed.wait(min(left, QUIET))

    @property
    def status(self) -> dict[str, Any]:
        """The whole status as it was last seen."""
        return self._status

    def resident(self) -> dict[str, float]:
        """MiB that all processes of each pod's Triton hold."""
        pods = [pod["metadata"]["name"] for pod in self._namespace.find("pods", f"platerec.dev/recognizer={NAME}")]
        command = ("-c", "triton", "--", "sh", "-c", "cat /proc/[0-9]*/status 2>/dev/null; true")
        return {pod: parse_resident(self._namespace.kubectl("exec", pod, *command)) for pod in pods}

    def describe(self) -> str:
        """The whole status, for the reader of an error."""
        return json.dumps(self._namespace.get("plr", NAME).get("status", {}), indent=2)

    def __enter__(self) -> "Fleet":
        threading.Thread(target=self._follow, daemon=True).start()
        with self._changed:
            assert self._changed.wait_for(lambda: self._seen, timeout=60), "kubectl shows no status to watch"
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        if self._watch is not None:
            self._watch.terminate()

    def _settled_at(self, release: str) -> bool:
        at, status = self._seen[-1]
        return is_settled(status, release) and time.time() - at >= QUIET

    def _follow(self) -> None:
        """Note each change of the status; the API server ends a watch now and then."""
        output = 'jsonpath={.status}{"\\n"}'
        command = ["kubectl", "-n", self._namespace.name, "get", "plr", NAME, "--watch", "-o", output]
        while not self._closed:
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as self._watch:
                assert self._watch.stdout is not None
                for line in self._watch.stdout:
                    if line.strip():
                        self._note(json.loads(line))
            time.sleep(0.2)

    def _note(self, status: dict[str, Any]) -> None:
        with self._changed:
            if status != self._status:
                self._status, self._status_since = status, time.time()
            release = status.get("release", {})
            if not self._seen or release != self._seen[-1][1]:
                self._seen.append((time.time(), release))
            self._changed.notify_all()


def is_settled(status: dict[str, Any], release: str) -> bool:
    """Whether `status.release` says that a release serves and no step towards another is left."""
    return status.get("active") == release and status.get("target", release) in ("", release) and not status.get("step")


def parse_resident(text: str) -> float:
    """MiB of all processes in a row of /proc/PID/status, but for those that read it."""
    blocks = re.split(r"(?m)^(?=Name:)", text)
    held = 0
    for block in blocks:
        name, size = re.search(r"^Name:\s+(\S+)", block), re.search(r"(?m)^VmRSS:\s+(\d+) kB", block)
        if name and size and name.group(1) not in ("sh", "cat"):
            held += int(size.group(1))
    return round(held / 1024, 2)
