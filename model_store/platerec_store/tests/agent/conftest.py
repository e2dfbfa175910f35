"""A pod with two releases in its store: r2 has a newer reader, and the same of everything else."""

from pathlib import Path

import pytest

from platerec_store.tests.agent.pod import Pod
from platerec_store.tests.make import make_folder, make_published


@pytest.fixture
def pod(tmp_path: Path) -> Pod:
    pod = Pod(tmp_path)
    make_published(pod.store, make_folder(tmp_path / "models1"), "r1", tmp_path / "out")
    second = make_folder(tmp_path / "models2", reader=b"a reader that was trained again", reader_version=2)
    make_published(pod.store, second, "r2", tmp_path / "out")
    return pod
