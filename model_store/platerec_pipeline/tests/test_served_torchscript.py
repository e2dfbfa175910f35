"""The TorchScript build of the same release, here on the CPU, answers as the ONNX build does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from platerec_pipeline.tests.conftest import Served, serve

pytestmark = pytest.mark.triton


@pytest.fixture(scope="module")
def torchscript_server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve(built / "gpu-torchscript", tmp_path_factory.mktemp("repository"))


def test_both_builds_give_the_same_plates(served: Served, torchscript_server: Served, street: Any) -> None:
    torchscript_server.pin()
    for frame in (street, street[100:, 40:]):
        onnx, torchscript = served.ask(frame), torchscript_server.ask(frame)
        assert onnx.as_numpy("texts").tolist() == torchscript.as_numpy("texts").tolist()
        for name in ("coordinates", "detection_scores", "text_scores"):
            np.testing.assert_allclose(torchscript.as_numpy(name), onnx.as_numpy(name), atol=1e-2)
