#!/usr/bin/env python3
"""Wait until a recognizer serves a release, printing its state whenever that changes.

Usage: wait_ready.py NAMESPACE NAME RELEASE [SECONDS]. Ends with 1, and the conditions, when the time is over.
A kubectl that fails is tried again until then.
"""

import json
import subprocess
import sys
import time
from typing import Any


class AskError(Exception):
    """What kubectl said when it could not ask."""


def status_of(namespace: str, name: str) -> dict[str, Any]:
    command = ["kubectl", "--namespace", namespace, "get", "plr", name, "-o", "json", "--request-timeout=20s"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise AskError(done.stderr.strip() or f"kubectl ended with {done.returncode}")
    status: dict[str, Any] = json.loads(done.stdout).get("status", {})
    return status


def describe(status: dict[str, Any]) -> str:
    """One line: state, release and what the Ready condition says."""
    release = status.get("release", {})
    ready: dict[str, str] = next((c for c in status.get("conditions", []) if c["type"] == "Ready"), {})
    step = release.get("step", "")
    return "  ".join(part for part in (status.get("state", "Waiting"), step, ready.get("message", "")) if part)


def serves(status: dict[str, Any], release: str) -> bool:
    ready = any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions", []))
    return ready and status.get("release", {}).get("active") == release


def main() -> int:
    namespace, name, release, *rest = sys.argv[1:]
    limit = float(rest[0]) if rest else 300
    began = time.monotonic()
    status: dict[str, Any] = {}
    last = ""
    while True:
        try:
            status = status_of(namespace, name)
            line = describe(status)
        except AskError as error:
            line = str(error)
        seconds = time.monotonic() - began
        if line != last:
            last = line
            print(f"{seconds:5.1f} s  {line}", file=sys.stderr)
        if serves(status, release):
            return 0
        if seconds > limit:
            print(f"{name} does not serve {release} after {limit:.0f} s; its conditions:", file=sys.stderr)
            for condition in status.get("conditions", []):
                print("  {type}={status}  {reason}: {message}".format(**condition), file=sys.stderr)
            return 1
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
