"""What is done to a light release so that a soak has something to refuse, or to wait for."""

import json
import random
from pathlib import Path

from bench.releases import PROFILE, Release

BALLAST = 96 << 20
"""Bytes that make fetching a release last long enough to be interrupted."""

SLOWLY = 0.15
"""Seconds; without them an answer takes a few hundredths at most, also on a small machine."""

_RAISE = """

def _fail(*_: object) -> None:
    raise RuntimeError("this pipeline raises on every frame")


TritonPythonModel.execute = _fail
"""

_SLEEP = f"""

import time

_answer = TritonPythonModel.answer


def _slowly(self: object, request: object) -> object:
    time.sleep({SLOWLY})
    return _answer(self, request)


TritonPythonModel.answer = _slowly
"""


def leave(release: Release, version: int) -> None:
    """A good release."""


def weigh_down(release: Release, version: int) -> None:
    """Good, and not fetched in a moment."""
    reader = release.models / PROFILE / "plate_reader" / str(version)
    (reader / "ballast.bin").write_bytes(random.Random(version).randbytes(BALLAST))


def misread(release: Release, version: int) -> None:
    """Its golden sample expects what its reader does not say."""
    golden = release.models / "golden/golden.json"
    content = json.loads(golden.read_text())
    content["samples"][0]["plates"][0]["text"] = "A000AA00"
    golden.write_text(json.dumps(content))


def raise_on_frames(release: Release, version: int) -> None:
    """Its pipeline loads, and raises on the first frame. A version of its own: what was published never changes."""
    pipeline = release.models / PROFILE / "plate_recognition"
    (folder,) = (path for path in pipeline.iterdir() if path.is_dir())
    _append(folder.rename(pipeline / str(version)) / "model.py", _RAISE)


def slow_down(release: Release, version: int) -> None:
    """Its reader says the right text, many times slower."""
    _append(release.models / PROFILE / "plate_reader" / str(version) / "model.py", _SLEEP)


def _append(path: Path, code: str) -> None:
    path.write_text(path.read_text() + code)
