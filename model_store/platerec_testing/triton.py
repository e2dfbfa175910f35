"""A real Triton for tests: the image TRITON_CPU_IMAGE in a container, on free ports of this machine."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from platerec_testing.ports import free_ports
from platerec_testing.process import ServerProcess

# The shell library that finds the container engine and the settings that this machine's podman needs.
ENGINE = Path(__file__).parents[2] / "e2e" / "cluster" / "env.sh"

# As in a recognizer's pod: models on command only, few threads an instance.
FLAGS = [
    "--model-repository=/models",
    "--model-control-mode=explicit",
    "--strict-readiness=false",
    "--exit-on-error=false",
    "--allow-gpu-metrics=false",
    "--pinned-memory-pool-byte-size=0",
    "--backend-config=python,thread-pool-size=4",
]


class TritonServer:
    """A Triton over a model repository, which it sees read-only; more flags of tritonserver are passed on.

    `stop` and `start` make a restart at the same address.
    """

    def __init__(self, repository: Path, *flags: str) -> None:
        self._repository = repository
        self._flags = flags
        self._folder = Path(tempfile.mkdtemp(prefix="platerec-triton-"))
        self._http, self._grpc, self._metrics = free_ports(3)
        self._process: ServerProcess | None = None
        self._name = ""
        self._starts = 0
        self.http_url = f"127.0.0.1:{self._http}"
        self.grpc_url = f"127.0.0.1:{self._grpc}"
        self.metrics_url = f"http://127.0.0.1:{self._metrics}/metrics"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Start the server and wait until it lives. Raises ServerError."""
        # The engine removes a container some time after its end, and until then its name is taken.
        self._starts += 1
        self._name = f"platerec-triton-{os.getpid()}-{self._grpc}-{self._starts}"
        self._process = ServerProcess(engine(*self._run()), self._folder / "log")
        try:
            self._process.wait_ready(f"http://{self.http_url}/v2/health/live", 60)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the container at once."""
        if self._process is not None:
            subprocess.run(engine("kill", self._name), capture_output=True, check=False)  # it may have ended already
            self._process.kill()
            self._process = None

    def log_tail(self, lines: int = 30) -> str:
        """The last lines that the server printed."""
        return self._process.log_tail(lines) if self._process else ""

    def _run(self) -> list[str]:
        ports = [f"--http-port={self._http}", f"--grpc-port={self._grpc}", f"--metrics-port={self._metrics}"]
        return [
            *("run", "--rm", "--name", self._name, "--network=host", "--read-only", "--tmpfs=/tmp", "--shm-size=256m"),
            "--user=0",  # reads the folders of pytest, which are closed to other users
            f"--volume={self._repository}:/models:ro",
            image(),
            *("tritonserver", *FLAGS, *ports, *self._flags),
        ]


def image() -> str:
    """The image under test."""
    return os.environ["TRITON_CPU_IMAGE"]


def engine(*arguments: str) -> list[str]:
    """The command line of the container engine that works on this machine."""
    return ["bash", "-c", f'source {ENGINE} && exec "$CONTAINER_ENGINE" "$@"', "engine", *arguments]
