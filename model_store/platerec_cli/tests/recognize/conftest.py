from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import platerec_cli.recognize.video  # noqa: F401 # quietens OpenCV before it opens its first file
from platerec_cli.recognize.client import Frame, Protocol
from platerec_cli.tests.recognize.fake_triton import Script, serve_grpc, serve_http


@pytest.fixture
def script() -> Script:
    return Script(plates=[("A123BC77", (40, 60, 120, 90)), ("K456MH190", (200, 10, 290, 40))])


@pytest.fixture(params=list(Protocol))
def protocol(request: pytest.FixtureRequest) -> Protocol:
    return Protocol(request.param)


@pytest.fixture
def url(protocol: Protocol, script: Script) -> Iterator[str]:
    with (serve_grpc if protocol is Protocol.GRPC else serve_http)(script) as address:
        yield address


@pytest.fixture
def frame() -> Frame:
    return np.full((240, 320, 3), 127, np.uint8)


@pytest.fixture
def picture(tmp_path: Path, frame: Frame) -> Path:
    path = tmp_path / "street" / "car.png"
    path.parent.mkdir()
    Image.fromarray(frame).save(path)
    return path


@pytest.fixture
def video(tmp_path: Path, frame: Frame) -> Path:
    path = tmp_path / "gate.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (320, 240))
    for _ in range(5):
        writer.write(frame)
    writer.release()
    return path
