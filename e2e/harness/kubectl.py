"""kubectl and helm as a person uses them, and conditions to wait for."""

import contextlib
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

Object = dict[str, Any]
T = TypeVar("T")


class CommandError(AssertionError):
    """A command that failed, with what it said."""


def run(*command: str, text: str | None = None, check: bool = True) -> str:
    """Run a command; its output, or CommandError with what it wrote on stderr."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        raise CommandError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr or done.stdout}")
    return done.stdout + ("" if check else done.stderr)


def eventually(what: str, probe: Callable[[], T | None], timeout: float = 120) -> T:
    """Ask until the probe gives something true; the last thing it gave or raised is in the error."""
    deadline = time.monotonic() + timeout
    last: T | Exception | None = None
    while time.monotonic() < deadline:
        try:
            found = probe()
            if found:
                return found
            last = found
        except Exception as error:  # whatever is not there yet
            last = error
        time.sleep(0.3)
    raise AssertionError(f"not within {timeout:.0f} s: {what}; last seen: {last!r}")


def apply_cluster_wide(manifest: Object) -> None:
    """Apply an object that lies in no namespace."""
    run("kubectl", "apply", "-f", "-", text=json.dumps(manifest))


class Namespace:
    """kubectl within one namespace."""

    def __init__(self, name: str) -> None:
        self.name = name

    def kubectl(self, *arguments: str, text: str | None = None, check: bool = True) -> str:
        return run("kubectl", "--namespace", self.name, *arguments, text=text, check=check)

    def apply(self, *objects: Object) -> str:
        return self.kubectl("apply", "-f", "-", text="\n---\n".join(json.dumps(o) for o in objects))

    def refused(self, *objects: Object) -> str:
        """Apply what must not be taken; the API server's sentence."""
        try:
            self.apply(*objects)
        except CommandError as error:
            return str(error)
        raise AssertionError("the API server took it")

    def get(self, kind: str, name: str) -> Object:
        found: Object = json.loads(self.kubectl("get", kind, name, "-o", "json"))
        return found

    def find(self, kind: str, selector: str = "") -> list[Object]:
        text = self.kubectl("get", kind, "-o", "json", *(["-l", selector] if selector else []))
        items: list[Object] = json.loads(text)["items"]
        return items

    def patch(self, kind: str, name: str, patch: Object) -> None:
        self.kubectl("patch", kind, name, "--type=merge", "-p", json.dumps(patch))

    def delete(self, kind: str, name: str) -> None:
        self.kubectl("delete", kind, name, "--ignore-not-found")

    @contextlib.contextmanager
    def forward(self, target: str, *ports: int) -> Iterator[list[str]]:
        """Forward ports of a service or pod; the local addresses in the same order."""
        command = ["kubectl", "-n", self.name, "port-forward", target, *(f":{port}" for port in ports)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            try:
                yield _addresses(process, len(ports))
            finally:
                process.terminate()


def _addresses(process: "subprocess.Popen[str]", count: int) -> list[str]:
    assert process.stdout is not None
    seen: list[str] = []
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(r"Forwarding from (127\.0\.0\.1:\d+)", line):
            seen.append(found.group(1))
        if len(seen) == count:
            return seen
    raise CommandError(f"kubectl port-forward ended:\n{said}")


def condition(recognizer: Object, kind: str) -> Object:
    """A condition of an object's status; empty when it is not there."""
    conditions: list[Object] = recognizer.get("status", {}).get("conditions", [])
    return next((c for c in conditions if c["type"] == kind), {})
