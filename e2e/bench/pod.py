"""`python -m bench.pod start|count|failed|stop|fetch FOLDER [PLAN]`: what `kubectl exec` calls in the load's pod.

Each call is short and may be repeated, so that a lost connection loses nothing. Standard library only: quick to start.
"""

import base64
import gzip
import json
import subprocess
import sys
from pathlib import Path


def start(folder: Path, plan: str) -> str:
    """Start a load that outlives this call; done already if the folder is there."""
    if not folder.exists():
        folder.mkdir()
        with (folder / "said").open("w") as said:
            command = [sys.executable, "-m", "bench.load", plan]
            subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)
    return "started"


def count(folder: Path) -> str:
    """How many requests have ended."""
    ended = 0
    for path in folder.glob("*.jsonl"):
        with path.open() as lines:
            ended += sum(line.startswith('{"request"') for line in lines)
    return str(ended)


def failed(folder: Path) -> str:
    """How many requests have failed."""
    count = 0
    for path in folder.glob("*.jsonl"):
        with path.open() as lines:
            count += sum(line.startswith('{"request"') and line.rstrip().endswith('"]}') for line in lines)
    return str(count)


def stop(folder: Path) -> str:
    """No new requests from now on."""
    (folder / "stop").touch()
    return "stopping"


def fetch(folder: Path) -> str:
    """The workers' logs, packed; fails while requests are under way."""
    if not (folder / "done").exists():
        raise SystemExit("the load has not ended")
    logs = [path.read_text() for path in sorted(folder.glob("*.jsonl"))]
    packed = json.dumps({"logs": logs, "said": (folder / "said").read_text()})
    return base64.b64encode(gzip.compress(packed.encode())).decode()


def main() -> None:
    name, folder, *rest = sys.argv[1:]
    commands = {"count": count, "failed": failed, "stop": stop, "fetch": fetch}
    print(start(Path(folder), rest[0]) if name == "start" else commands[name](Path(folder)))


if __name__ == "__main__":
    main()
