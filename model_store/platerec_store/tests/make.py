"""Objects for tests, made with what a test wants to differ."""

import json
from datetime import UTC, datetime
from pathlib import Path

from platerec_store.objects.port import ObjectStore
from platerec_store.publish.build import build_release
from platerec_store.publish.folder import read_folder
from platerec_store.publish.local import LocalStore
from platerec_store.publish.upload import publish_release
from platerec_store.release.manifest import Manifest

CREATED = datetime(2026, 11, 3, tzinfo=UTC)
PIPELINE_CODE = "# the pipeline\n"


def make_folder(
    root: Path,
    *,
    reader: bytes = b"reader",
    reader_version: int = 1,
    pipeline: str = PIPELINE_CODE,
    pipeline_version: int = 1,
    profiles: tuple[str, ...] = ("cpu-onnx",),
) -> Path:
    """A folder of built models: a detector, a reader and the pipeline."""
    for profile in profiles:
        write(root / profile / "plate_detector/config.pbtxt", 'backend: "python"\n')
        write(root / profile / "plate_detector/1/model.py", f"# detector for {profile}\n")
        write(root / profile / "plate_reader/config.pbtxt", 'backend: "python"\n')
        write(root / profile / f"plate_reader/{reader_version}/model.py", reader.decode())
        write(root / profile / "plate_recognition/config.pbtxt", 'backend: "python"\n')
        write(root / profile / f"plate_recognition/{pipeline_version}/model.py", pipeline)
    origin = {"model": "plate_reader", "source": "made for a test", "licence": "Apache-2.0"}
    write(root / "provenance.json", json.dumps({"weights": [origin]}))
    sample = {"picture": "car.jpg", "plates": [{"text": "B840CK197", "box": [1, 2, 3, 4]}]}
    write(root / "golden/golden.json", json.dumps({"samples": [sample]}))
    write(root / "golden/car.jpg", "no real picture")
    return root


def write(path: Path, text: str) -> None:
    """A file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def make_release(folder: Path, name: str, into: Path, created: datetime = CREATED) -> Manifest:
    """A built release in a local store."""
    return build_release(read_folder(folder), name, created, LocalStore(into))


def make_published(store: ObjectStore, folder: Path, name: str, into: Path) -> Manifest:
    """A release that lies in a store."""
    manifest = make_release(folder, name, into)
    publish_release(store, LocalStore(into), manifest, lambda _: None)
    return manifest
