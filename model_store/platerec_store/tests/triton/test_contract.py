"""What every Triton promises to an agent: the real server, and the fake that other tests use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from platerec_store.release.reasons import Reason
from platerec_store.tests.integration.models import ECHO, write_model
from platerec_store.triton.control import GrpcTriton
from platerec_store.triton.memory import MemoryTriton
from platerec_store.triton.port import BusyError, Triton, TritonError
from platerec_testing.triton import TritonServer

KEY = "a key of the test"


@dataclass
class Server:
    """A Triton, and what a test does to it."""

    triton: Triton
    repository: Path
    break_model: Callable[[str], None]
    restart: Callable[[], None]
    stop: Callable[[], None]


def real(repository: Path) -> Iterator[Server]:
    def break_model(name: str) -> None:
        write_model(repository / name, "raise RuntimeError('broken on purpose')")

    def restart() -> None:
        running.stop()
        running.start()

    with TritonServer(repository, f"--grpc-restricted-protocol=model-repository:platerec-key={KEY}") as running:
        yield Server(
            GrpcTriton(running.grpc_url, running.metrics_url, KEY), repository, break_model, restart, running.stop
        )


def fake(repository: Path) -> Iterator[Server]:
    triton = MemoryTriton(repository)

    def stop() -> None:
        triton.up = False

    yield Server(triton, repository, triton.refused.add, triton.restart, stop)


@pytest.fixture(params=[fake, pytest.param(real, marks=pytest.mark.triton)], ids=["memory", "real"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    write_model(tmp_path / "one", ECHO)
    write_model(tmp_path / "two", ECHO)
    yield from request.param(tmp_path)


def refusal(server: Server, name: str) -> str:
    with pytest.raises(TritonError) as caught:
        server.triton.load(name)
    assert caught.value.reason == Reason.MODEL_REFUSED
    assert "\n" not in caught.value.message
    return caught.value.message


def test_models_come_and_go_one_by_one(server: Server) -> None:
    assert server.triton.ready() == frozenset()
    server.triton.load("one")
    server.triton.load("two")
    assert server.triton.ready() == {"one", "two"}
    server.triton.unload("one")
    assert server.triton.ready() == {"two"}


def test_loading_twice_is_harmless(server: Server) -> None:
    server.triton.load("one")
    server.triton.load("one")
    assert server.triton.ready() == {"one"}


def test_a_refused_model_is_named_and_the_others_stay(server: Server) -> None:
    server.triton.load("one")
    server.break_model("two")
    assert "'two'" in refusal(server, "two")
    assert server.triton.ready() == {"one"}


def test_a_refused_reload_leaves_what_served_before(server: Server) -> None:
    server.triton.load("one")
    server.break_model("one")
    refusal(server, "one")
    assert server.triton.ready() == {"one"}


def test_a_model_without_a_folder_is_refused(server: Server) -> None:
    assert "'none'" in refusal(server, "none")


def test_unloading_what_is_not_loaded_is_harmless(server: Server) -> None:
    server.triton.unload("none")
    assert server.triton.ready() == frozenset()


def test_a_server_that_is_away_is_unavailable(server: Server) -> None:
    server.stop()
    for call in (server.triton.ready, lambda: server.triton.load("one"), lambda: server.triton.unload("one")):
        with pytest.raises(TritonError) as caught:
            call()
        assert caught.value.reason == Reason.TRITON_UNAVAILABLE
        assert caught.value.transient


@pytest.mark.triton
def test_without_the_key_nothing_is_done(tmp_path: Path) -> None:
    write_model(tmp_path / "one", ECHO)
    for server in real(tmp_path):
        address = server.triton._address  # type: ignore[attr-defined]
        with pytest.raises(TritonError, match="restricted"):
            GrpcTriton(address, "", "another key").load("one")
        assert server.triton.ready() == frozenset()


@pytest.mark.triton
def test_a_model_that_ends_its_process_is_told_from_one_that_is_refused(tmp_path: Path) -> None:
    write_model(tmp_path / "one", ECHO.replace("self.name =", "import os; os._exit(1) #"))
    for server in real(tmp_path):
        with pytest.raises(BusyError, match="is not healthy") as caught:
            server.triton.load("one")
        assert caught.value.is_suspicious
