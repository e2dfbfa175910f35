"""kubectl and helm as a person uses them, and conditions to wait for."""

import contextlib
import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

Object = dict[str, Any]
T = TypeVar("T")


class CommandError(AssertionError):
    """A command that failed, with what it said."""


def run(*command: str, text: str | None = None, check: bool = True, timeout: float = 600) -> str:
    """Run a command; its output, or CommandError with what it wrote on stderr. One that hangs is ended."""
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=timeout)
    except subprocess.TimeoutExpired as error:
        said = (error.stderr or error.stdout or b"").decode(errors="replace")
        raise CommandError(f"{' '.join(command)} did not end within {timeout:.0f} s:\n{said}") from error
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
        said: list[str] = []
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            reader = threading.Thread(target=_drain, args=(process, said), daemon=True)
            reader.start()
            try:
                yield _addresses(process, said, len(ports))
            finally:
                _end(process)
                reader.join()


def _drain(process: "subprocess.Popen[str]", said: list[str]) -> None:
    """Read all that it prints, a line for each connection: a full pipe would stop it."""
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)  # noqa: PERF402 (each is looked at while the next is waited for)


def _addresses(process: "subprocess.Popen[str]", said: list[str], count: int, timeout: float = 60) -> list[str]:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        ended = process.poll() is not None
        found = re.findall(r"Forwarding from (127\.0\.0\.1:\d+)", "".join(said))
        if len(found) == count:
            return found
        if ended:
            raise CommandError(f"kubectl port-forward ended:\n{''.join(said)}")
        time.sleep(0.05)
    raise CommandError(f"kubectl port-forward forwards nothing within {timeout:.0f} s:\n{''.join(said)}")


def _end(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()


def condition(recognizer: Object, kind: str) -> Object:
    """A condition of an object's status; empty when it is not there."""
    conditions: list[Object] = recognizer.get("status", {}).get("conditions", [])
    return next((c for c in conditions if c["type"] == kind), {})
