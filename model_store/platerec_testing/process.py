"""A server process: started, waited for over HTTP, stopped; its log is kept for the message when it fails."""

import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path


class ServerError(RuntimeError):
    """The server ended, or was not ready in time; the message ends with the last lines of its log."""


class ServerProcess:
    """A child process that logs to a file and says over HTTP when it is ready."""

    def __init__(self, command: list[str], log: Path) -> None:
        self._log = log
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log.open("ab"), stderr=subprocess.STDOUT
        )

    def wait_ready(self, url: str, seconds: float) -> None:
        """Return when the URL answers 200. Raises ServerError."""
        deadline = time.monotonic() + seconds
        while not _answers(url):
            if self._process.poll() is not None:
                raise ServerError(f"{self._name()} ended with {self._process.returncode}:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise ServerError(f"{self._name()} was not ready in {seconds:.0f} s:\n{self.log_tail()}")
            time.sleep(0.1)

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait()

    def log_tail(self, lines: int = 30) -> str:
        """The last lines of the log."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])

    def _name(self) -> str:
        return Path(str(self._process.args[0])).name  # type: ignore[index]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 (a server of our own)
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
