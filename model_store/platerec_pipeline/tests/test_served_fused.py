"""A release whose reader rectifies has no rectifier, and answers as one that has."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from platerec_pipeline.tests.conftest import WEIGHTS, Served, convert, serve

pytestmark = pytest.mark.triton


@pytest.fixture(scope="module")
def rectifying_server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    out = tmp_path_factory.mktemp("models") / "two"
    shutil.copytree(built, out, ignore=shutil.ignore_patterns("gpu-torchscript"))
    for model in ("reader", "rectifier"):
        convert(model, out, "--weights", WEIGHTS / f"{model}.safetensors", "--to", "onnx")
    yield from serve(out / "cpu-onnx", tmp_path_factory.mktemp("repository"))


def test_a_fused_reader_reads_what_rectifier_and_reader_read(
    served: Served, rectifying_server: Served, street: Any
) -> None:
    assert not (served.repository / "plate_rectifier_v1").exists()
    assert (rectifying_server.repository / "plate_rectifier_v1").exists()
    rectifying_server.pin()
    one, two = served.ask(street), rectifying_server.ask(street)
    assert one.as_numpy("texts").tolist() == two.as_numpy("texts").tolist()
    assert len(one.as_numpy("texts"))
    np.testing.assert_allclose(one.as_numpy("text_scores"), two.as_numpy("text_scores"), atol=1e-3)
