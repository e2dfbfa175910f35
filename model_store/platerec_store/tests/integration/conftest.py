"""An agent's process, a real Triton and a real store."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from platerec_store.objects.credentials import Keys
from platerec_store.objects.reading import read_manifest
from platerec_store.objects.s3 import S3Store
from platerec_store.release.decision import Decision
from platerec_store.release.source import S3, Source
from platerec_store.tests.integration.agent_process import AgentProcess
from platerec_testing.store import S3Server
from platerec_testing.triton import TritonServer


class Bench:
    """The agent with its neighbours, all started."""

    def __init__(self, agent: AgentProcess, triton: TritonServer, store: S3Store, place: S3) -> None:
        self.agent = agent
        self.triton = triton
        self.store = store
        self.place = place

    def decide(self, release: str) -> Decision:
        """What the operator would decide."""
        _, digest = read_manifest(self.store, release)
        return Decision(release=release, manifest=digest, profile="cpu-onnx", source=Source(s3=self.place))


@pytest.fixture
def reader_keys(s3_server: S3Server) -> Keys:
    return Keys(s3_server.reader.access_key, s3_server.reader.secret_key)


@pytest.fixture
def bench(tmp_path: Path, s3_store: S3Store, s3_place: S3, reader_keys: Keys) -> Iterator[Bench]:
    key = secrets.token_urlsafe(16)
    pod = tmp_path / "pod"
    restricted = f"--grpc-restricted-protocol=model-repository:platerec-key={key}"
    # Completing configs takes Triton a second for each load; the models of these tests have whole ones.
    triton = TritonServer(pod / "repository", restricted, "--disable-auto-complete-config")
    agent = AgentProcess(pod, triton, reader_keys)
    (pod / "run/triton-key").write_text(key)
    try:
        agent.start()
        with triton:
            yield Bench(agent, triton, s3_store, s3_place)
    finally:
        agent.stop()
