"""The project's models, built by the converter and served by a real Triton."""

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tritonclient.grpc
import tritonclient.http
from PIL import Image

ROOT = Path(__file__).parents[3]
STREET, LABELS = ROOT / "examples/street.jpg", ROOT / "examples/street.json"
WEIGHTS = ROOT / "conversion/platerec_convert/weights"

SUB_MODELS = ("plate_detector", "plate_rectifier", "plate_reader")


@dataclass(frozen=True)
class Served:
    """A Triton with a release; `repository` is what it sees."""

    repository: Path
    grpc_url: str
    http_url: str
    metrics_url: str

    def pin(self, release: str = "own", *, max_plates: int = 64, threshold: float = 0.4) -> None:
        """Commit: rename the pins into place, as an agent does."""
        pins = {
            "schemaNumber": 1,
            "release": release,
            "models": {model: f"{model}_v1" for model in SUB_MODELS if (self.repository / f"{model}_v1").is_dir()},
            "pipeline": {"maxPlates": max_plates, "detectionThreshold": threshold, "grammar": "ru"},
        }
        self.pins.parent.mkdir(exist_ok=True)
        part = self.pins.with_suffix(".part")
        part.write_text(json.dumps(pins))
        part.replace(self.pins)

    @property
    def pins(self) -> Path:
        """What the pipeline reads."""
        (version,) = (path.name for path in (self.repository / "plate_recognition").iterdir() if path.is_dir())
        return self.repository / f".pins/plate_recognition-{version}.json"

    def counted(self, release: str) -> dict[str, float]:
        """How many requests to a release came to which outcome, as Triton's page of metrics says."""
        with urllib.request.urlopen(self.metrics_url, timeout=60) as answer:
            page = answer.read().decode()
        found: dict[str, float] = {}
        for line in re.findall(r"^platerec_requests\{(.*)\} (\S+)$", page, re.MULTILINE):
            labels = dict(re.findall(r'(\w+)="([^"]*)"', line[0]))
            if labels["release"] == release:
                found[labels["outcome"]] = float(line[1])
        return found

    def ask(self, frame: Any, *, protocol: Any = tritonclient.grpc, outputs: tuple[str, ...] = (), **more: Any) -> Any:
        """Send a frame as a client does; `more` goes to the request (`parameters`, `model_name`)."""
        url = self.grpc_url if protocol is tritonclient.grpc else self.http_url
        kinds = {np.dtype(np.uint8): "UINT8", np.dtype(np.float32): "FP32"}
        tensor = protocol.InferInput("input__0", frame.shape, kinds[frame.dtype])
        tensor.set_data_from_numpy(np.ascontiguousarray(frame))
        wanted = [protocol.InferRequestedOutput(name) for name in outputs] or None
        with protocol.InferenceServerClient(url) as client:
            return client.infer("plate_recognition", [tensor], outputs=wanted, **more)


@dataclass(frozen=True)
class Plate:
    """A plate of the street that the models read, and its box."""

    text: str
    box: Any

    @property
    def width(self) -> float:
        return float(self.box[2] - self.box[0])


def convert(command: str, out: Path, *options: object) -> None:
    """Run `platerec-convert`."""
    words = [sys.executable, "-m", "platerec_convert", command, "--out", out, *options]
    subprocess.run(list(map(str, words)), check=True, capture_output=True)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of built models of the project's own weights."""
    out = tmp_path_factory.mktemp("models")
    convert("all", out, "--golden", STREET, "--labels", LABELS)
    return out


@pytest.fixture(scope="session")
def plates(built: Path) -> list[Plate]:
    """The plates of the golden sample, the widest first."""
    (sample,) = json.loads((built / "golden/golden.json").read_text())["samples"]
    plates = [Plate(plate["text"], np.array(plate["box"])) for plate in sample["plates"]]
    return sorted(plates, key=lambda plate: -plate.width)


def serve(profile: Path, repository: Path) -> Iterator[Served]:
    """Lay out a profile's models as an agent does, start a Triton over them and load them, the pipeline last."""
    from platerec_testing.triton import TritonServer  # noqa: PLC0415 - only where a container engine is

    built = [model for model in SUB_MODELS if (profile / model).is_dir()]
    for model in built:
        shutil.copytree(profile / model, repository / f"{model}_v1")
    shutil.copytree(profile / "plate_recognition", repository / "plate_recognition")
    with TritonServer(repository) as triton:
        with tritonclient.grpc.InferenceServerClient(triton.grpc_url) as client:
            for model in [*(f"{model}_v1" for model in built), "plate_recognition"]:
                client.load_model(model)
        yield Served(repository, triton.grpc_url, triton.http_url, triton.metrics_url)


@pytest.fixture(scope="session")
def onnx_server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve(built / "cpu-onnx", tmp_path_factory.mktemp("repository"))


@pytest.fixture
def served(onnx_server: Served) -> Served:
    """The release on ONNX Runtime, with the recognizer's default settings."""
    onnx_server.pin()
    return onnx_server


@pytest.fixture(scope="session")
def street() -> Any:
    """The rendered street of the examples, BGR."""
    return np.asarray(Image.open(STREET).convert("RGB"))[:, :, ::-1]
