"""Releases with golden samples, and what a Triton reads in them."""

import json
from pathlib import Path

from PIL import Image

from platerec_store.release.decision import Decision
from platerec_store.swap.gate import Reading
from platerec_store.tests.agent.pod import Pod
from platerec_store.tests.make import make_folder, make_published, write

SERVES, TRIAL = "plate_recognition", "plate_recognition_candidate"
RIGHT = Reading("B840CK197", (10.0, 10.0, 50.0, 20.0))


def publish(pod: Pod, root: Path, name: str, version: int, picture: bytes | None = None, *, copies: int = 1) -> None:
    """A release with a golden sample, or with several of the same picture."""
    folder = make_folder(root / name, reader=name.encode(), reader_version=version)
    plate = {"text": RIGHT.text, "box": RIGHT.box}
    samples = [{"picture": "car.png", "plates": [plate]}] * copies
    write(folder / "golden/golden.json", json.dumps({"samples": samples}))
    if picture is None:
        Image.new("RGB", (64, 48)).save(folder / "golden/car.png")
    else:
        (folder / "golden/car.png").write_bytes(picture)
    make_published(pod.store, folder, name, root / "out")


def candidate(pod: Pod, release: str = "r2", revision: int = 2) -> Decision:
    """That a release is prepared beside r1."""
    return pod.decide(release, phase="Prepare", revision=revision, previous="r1", baked=False)
