"""A real S3 store for tests: SeaweedFS from the development environment, on free ports of this machine."""

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from platerec_testing.ports import free_ports
from platerec_testing.process import ServerProcess

BUCKET = "plates"


@dataclass(frozen=True)
class Keys:
    """One identity of the store."""

    access_key: str
    secret_key: str


class S3Server:
    """A store with a writer that may do everything and a reader that may only read the bucket `plates`.

    `stop` and `start` make an outage: data and address stay the same.
    """

    writer = Keys("WRITERKEY", "writersecret")
    reader = Keys("READERKEY", "readersecret")

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="platerec-s3-"))
        self._ports = free_ports(8)
        self._process: ServerProcess | None = None
        self.endpoint = f"http://127.0.0.1:{self._ports[0]}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Start the server and wait until it answers. Raises ServerError."""
        config = self._folder / "s3.json"
        config.write_text(
            json.dumps(
                {
                    "identities": [
                        _identity("writer", self.writer, ["Admin"]),
                        _identity("reader", self.reader, [f"Read:{BUCKET}", f"List:{BUCKET}"]),
                    ]
                }
            )
        )
        data = self._folder / "data"
        data.mkdir(exist_ok=True)
        self._process = ServerProcess(_command(data, config, self._ports), self._folder / "log")
        self._process.wait_ready(f"{self.endpoint}/healthz", 60)

    def stop(self) -> None:
        """End the server at once, as an outage does; what it has acknowledged is there after `start`."""
        if self._process is not None:
            self._process.kill()
            self._process = None


def _identity(name: str, keys: Keys, actions: list[str]) -> dict[str, object]:
    credentials = [{"accessKey": keys.access_key, "secretKey": keys.secret_key}]
    return {"name": name, "credentials": credentials, "actions": actions}


def _command(data: Path, config: Path, ports: list[int]) -> list[str]:
    """The server's command line; every listening port is named, so that servers run side by side."""
    named = [
        "s3.port",
        "s3.port.grpc",
        "filer.port",
        "filer.port.grpc",
        "master.port",
        "master.port.grpc",
        "volume.port",
        "volume.port.grpc",
    ]
    return [
        str(Path(sys.executable).with_name("weed")),
        "-logtostderr=true",
        "server",
        f"-dir={data}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-s3",
        f"-s3.config={config}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=50",
        "-master.electionTimeout=1s",
        *(f"-{name}={port}" for name, port in zip(named, ports, strict=True)),
    ]
