"""The agent as a process of its own, as it runs in a pod."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from platerec_store.objects.credentials import Keys
from platerec_store.release.decision import Decision
from platerec_testing.ports import free_ports
from platerec_testing.triton import TritonServer

TOKEN = "token-of-the-test"


def wait_for(what: str, condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Return when the condition holds; AssertionError with `what` when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not in {seconds:.0f} s: {what}"
        time.sleep(0.02)


class AgentProcess:
    """An agent on a folder that has the shape of a pod's volumes."""

    def __init__(self, root: Path, triton: TritonServer, keys: Keys) -> None:
        self.root = root
        self.repository = root / "repository"
        self.decision = root / "decision" / "decision.json"
        self.log = root / "agent.log"
        for folder in ("repository", "cache", "decision", "s3", "run"):
            (root / folder).mkdir(parents=True)
        (root / "token").write_text(TOKEN)
        self.write_keys(keys)
        [port] = free_ports(1)
        self._url = f"http://127.0.0.1:{port}"
        self._environment = os.environ | {
            "PLATEREC_DECISION_FILE": str(self.decision),
            "PLATEREC_REPOSITORY_DIR": str(self.repository),
            "PLATEREC_CACHE_DIR": str(root / "cache"),
            "PLATEREC_TOKEN_FILE": str(root / "token"),
            "PLATEREC_CREDENTIALS_DIR": str(root / "s3"),
            "PLATEREC_TRITON_KEY_FILE": str(root / "run/triton-key"),
            "PLATEREC_TRITON_URL": triton.grpc_url,
            "PLATEREC_METRICS_URL": triton.metrics_url,
            "PLATEREC_LISTEN": f"127.0.0.1:{port}",
            "PLATEREC_POLL_SECONDS": "0.2",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def write_keys(self, keys: Keys) -> None:
        """Rotate the Secret."""
        (self.root / "s3/AWS_ACCESS_KEY_ID").write_text(keys.access_key)
        (self.root / "s3/AWS_SECRET_ACCESS_KEY").write_text(keys.secret_key)

    def decide(self, decision: Decision) -> None:
        """Bring a decision as the kubelet does."""
        part = self.decision.with_suffix(".part")
        part.write_bytes(decision.to_json())
        part.rename(self.decision)

    def start(self) -> None:
        """Start the process, and wait until its API answers."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "platerec_store.agent"]
            self.process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        wait_for("the agent's API", self._answers)

    def stop(self, number: int = signal.SIGTERM) -> int | None:
        """End the process; its exit code, None when none runs."""
        if self.process is None:
            return None
        self.process.send_signal(number)
        code = self.process.wait(30)
        self.process = None
        return code

    def status(self) -> dict[str, Any]:
        """What `GET /status` says."""
        answer: dict[str, Any] = json.loads(self.ask("/status")[1])
        return answer

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, token: str = TOKEN) -> tuple[int, bytes]:
        """Status and body of an answer of the API."""
        headers = {"Authorization": f"Bearer {token}"}
        request = urllib.request.Request(self._url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def serves(self, release: str) -> Callable[[], bool]:
        """The condition that a release is served and all work is done."""

        def holds() -> bool:
            status = self.status()
            return (status.get("active"), status["step"], status.get("error")) == (release, "Idle", None)

        return holds

    def fails_with(self, reason: str) -> Callable[[], bool]:
        """The condition that a fault is reported."""
        return lambda: (self.status().get("error") or {}).get("reason") == reason

    def metric(self, name: str) -> float:
        """The value of a metric without labels."""
        lines = self.ask("/metrics")[1].decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    def memory_mib(self) -> float:
        """Resident memory."""
        return self.metric("process_resident_memory_bytes") / 2**20

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.ask("/healthz")[0] == 200
        except urllib.error.URLError:
            return False
