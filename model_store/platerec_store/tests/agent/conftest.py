"""Pods with two releases in their store: r2 has a newer reader, and the same of everything else."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from platerec_store.tests.agent.golden import RIGHT, SERVES, TRIAL, publish
from platerec_store.tests.agent.pod import Pod
from platerec_store.tests.make import make_folder, make_published


@pytest.fixture
def pod(tmp_path: Path) -> Pod:
    pod = Pod(tmp_path)
    make_published(pod.store, make_folder(tmp_path / "models1"), "r1", tmp_path / "out")
    second = make_folder(tmp_path / "models2", reader=b"a reader that was trained again", reader_version=2)
    make_published(pod.store, second, "r2", tmp_path / "out")
    return pod


@pytest.fixture
def golden_pod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pod:
    """Its releases can be checked, and read as they should; no time passes while they do."""
    monkeypatch.setattr("platerec_store.agent.checking.time", SimpleNamespace(monotonic=lambda: 0.0))
    pod = Pod(tmp_path)
    publish(pod, tmp_path, "r1", 1)
    publish(pod, tmp_path, "r2", 2)
    pod.triton.readings = {SERVES: [RIGHT], TRIAL: [RIGHT]}
    return pod
