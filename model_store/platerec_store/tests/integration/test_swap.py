"""A swap with a real Triton and a real store: what is wrong with a release is found out before it serves, and what goes
wrong around it condemns nothing."""

import fcntl
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tritonclient.grpc import InferenceServerClient, InferInput

from platerec_store.release.decision import Choice, Decision
from platerec_store.release.source import Source
from platerec_store.tests.integration.agent_process import wait_for
from platerec_store.tests.integration.conftest import Bench
from platerec_store.tests.integration.models import write_recognizer
from platerec_store.tests.integration.valve import Valve
from platerec_store.tests.make import make_published
from platerec_testing.store import S3Server

pytestmark = [pytest.mark.triton, pytest.mark.store]

ONE, TWO = "A001AA77", "B002BB77"


class Swap:
    """A pod that serves r1, which reads every plate as ONE."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench, self.agent = bench, bench.agent
        self._folder = folder
        self._revision = 1
        self.publish("r1", 1, ONE)
        self.decide("r1", baked=True)
        wait_for("r1 is served", self.agent.serves("r1"))

    def publish(self, name: str, version: int, text: str, **traits: Any) -> None:
        folder = write_recognizer(self._folder / name, version, text, **traits)
        make_published(self.bench.store, folder, name, self._folder / "out")

    def prepare(self) -> None:
        self.agent.decide(self.preparation())

    def preparation(self, **changes: Any) -> Decision:
        """The decision that r2 is prepared beside r1."""
        before = self.bench.decide("r1")
        previous = Choice(release="r1", manifest=before.manifest, source=before.source)
        return self._build("r2", phase="Prepare", previous=previous, baked=False, **changes)

    def decide(self, release: str, **changes: Any) -> None:
        self.agent.decide(self._build(release, **changes))

    def _build(self, release: str, **changes: Any) -> Decision:
        self._revision += 1
        return self.bench.decide(release).model_copy(update={"revision": self._revision, **changes})

    def is_prepared(self) -> bool:
        return bool(self.agent.status()["step"] == "Prepared")

    def at(self, step: str) -> Callable[[], bool]:
        return lambda: bool(self.agent.status()["step"] == step)

    def error(self) -> str:
        return str((self.agent.status().get("error") or {}).get("message", ""))

    def read(self) -> str:
        """One frame, read as a client would have it read."""
        with InferenceServerClient(self.bench.triton.grpc_url) as client:
            tensor = InferInput("input__0", [48, 64, 3], "UINT8")
            tensor.set_data_from_numpy(np.zeros((48, 64, 3), np.uint8))
            texts = client.infer("plate_recognition", [tensor], client_timeout=60).as_numpy("texts")
            return bytes(texts[0, 0]).decode()

    @contextmanager
    def fetching(self, server: S3Server) -> Iterator[Valve]:
        """The agent fetches r2, and the store hangs in the middle of it until the valve is opened."""
        self.publish("r2", 2, TWO, payload=os.urandom(4 << 20))
        with Valve(server.endpoint, limit=1 << 20) as valve:
            place = self.bench.place.model_copy(update={"endpoint": valve.endpoint})
            self.agent.decide(self.preparation(source=Source(s3=place)))
            wait_for("the fetch", lambda: (self.agent.status().get("progress") or {}).get("done", 0) > 0)
            yield valve

    @contextmanager
    def slow_request(self) -> Iterator[None]:
        """A request that r1 answers, and that ends with the block."""
        with (self.agent.repository / ".pins/plate_recognition-1.json").open("rb") as pins:
            fcntl.flock(pins, fcntl.LOCK_SH)
            yield

    @contextmanager
    def traffic(self) -> Iterator[list[str]]:
        """Requests without a pause; every one of them must be answered."""
        texts, errors, stop = [], [], threading.Event()

        def ask_on() -> None:
            while not stop.is_set():
                try:
                    texts.append(self.read())
                except Exception as error:
                    errors.append(error)

        asker = threading.Thread(target=ask_on)
        asker.start()
        try:
            yield texts
        finally:
            stop.set()
            asker.join()
        assert errors == []


@pytest.fixture
def swap(bench: Bench, tmp_path: Path) -> Swap:
    return Swap(bench, tmp_path / "models")


@pytest.mark.parametrize("pipeline", [1, 2], ids=["same pipeline", "new pipeline"])
def test_a_good_release_is_prepared_committed_and_undone_under_traffic(swap: Swap, pipeline: int) -> None:
    swap.publish("r2", 2, TWO, pipeline_version=pipeline)
    with swap.traffic() as texts:
        wait_for("traffic before", lambda: swap.agent.status()["bake"]["since"]["answered"] > 0)
        swap.prepare()
        wait_for("r2 is prepared", swap.is_prepared)
        assert swap.read() == ONE
        swap.decide("r2", baked=False)
        wait_for("r2 is served", swap.agent.serves("r2"))
        wait_for("an answer of r2", lambda: texts[-1] == TWO)
        bake = swap.agent.status()["bake"]
        assert bake["since"]["failed"] == bake["before"]["failed"] == 0
        assert bake["before"]["answered"] > 0
        swap.decide("r1")
        wait_for("r1 is served again", swap.agent.serves("r1"))
        wait_for("an answer of r1", lambda: texts[-1] == ONE)
    assert set(texts) == {ONE, TWO}


@pytest.mark.parametrize(
    ("traits", "words"),
    [
        pytest.param({"expected": "C003CC77"}, f"sample street.png expected C003CC77, got {TWO}", id="wrong text"),
        pytest.param({"reading": 0.3}, "times as long", id="slow"),
        pytest.param({"first": "raise ValueError('no such layer')"}, "no such layer", id="error on the first frame"),
        pytest.param({"first": "import os; os._exit(1)"}, "does not answer", id="crash on the first frame"),
    ],
)
def test_a_release_that_answers_badly_is_refused_and_the_one_before_serves_on(
    swap: Swap, traits: dict[str, Any], words: str
) -> None:
    swap.publish("r2", 2, TWO, pipeline_version=2, **traits)
    with swap.traffic() as texts:
        swap.prepare()
        wait_for("the verdict", swap.agent.fails_with("GateFailed"), 60)
    assert words in swap.error()
    assert set(texts) == {ONE}
    swap.decide("r1")
    wait_for("all is well", swap.agent.serves("r1"))
    assert swap.agent.status()["models"] == ["plate_detector_v1", "plate_reader_v1", "plate_recognition"]


@pytest.mark.parametrize("step", ["Load", "Check", "Prepared"])
def test_an_agent_that_is_killed_in_a_step_goes_on(swap: Swap, step: str) -> None:
    swap.publish("r2", 2, TWO, loading=1.0, reading=0.014)
    with swap.traffic() as texts:
        swap.prepare()
        wait_for(step, swap.at(step))
        swap.agent.stop(signal.SIGKILL)
        swap.agent.start()
        wait_for("r2 is prepared", swap.is_prepared, 60)
        swap.decide("r2", baked=False)
        wait_for("r2 is served", swap.agent.serves("r2"))
    assert set(texts) <= {ONE, TWO}


def test_an_agent_that_is_killed_while_it_fetches_goes_on(swap: Swap, s3_server: S3Server) -> None:
    with swap.fetching(s3_server) as valve, swap.traffic() as texts:
        swap.agent.stop(signal.SIGKILL)
        swap.agent.start()
        valve.open()
        wait_for("r2 is prepared", swap.is_prepared, 60)
    assert set(texts) == {ONE}


def test_an_agent_that_is_killed_in_a_commit_goes_on(swap: Swap) -> None:
    swap.publish("r2", 2, TWO, pipeline_version=2, starting=1.0)
    with swap.traffic() as texts:
        swap.prepare()
        wait_for("r2 is prepared", swap.is_prepared, 60)
        swap.decide("r2", baked=False)
        wait_for("the commit", swap.at("Commit"))
        swap.agent.stop(signal.SIGKILL)
        swap.agent.start()
        wait_for("r2 is served", swap.agent.serves("r2"), 60)
        wait_for("an answer of r2", lambda: texts[-1] == TWO)
    assert set(texts) == {ONE, TWO}


def test_an_agent_that_is_killed_while_it_retires_goes_on(swap: Swap) -> None:
    swap.publish("r2", 2, TWO)
    with swap.traffic() as texts, swap.slow_request():
        swap.decide("r2", baked=True)
        wait_for("r2 waits for the request", swap.at("Retire"))
        swap.agent.stop(signal.SIGKILL)
        swap.agent.start()
        wait_for("r2 is said to be served", lambda: swap.agent.status().get("active") == "r2")
        status = swap.agent.status()
        assert status["step"] == "Retire"
        assert "plate_reader_v1" in status["models"]
    wait_for("r2 is served", swap.agent.serves("r2"))
    assert swap.agent.status()["models"] == ["plate_detector_v1", "plate_reader_v2", "plate_recognition"]
    assert set(texts) <= {ONE, TWO}


def test_a_triton_that_restarts_while_the_store_hangs_serves_again(swap: Swap, s3_server: S3Server) -> None:
    with swap.fetching(s3_server) as valve:
        swap.bench.triton.stop()
        swap.bench.triton.start()
        wait_for("r1 is served again", lambda: swap.agent.status()["bake"]["restarts"] == 1)
        assert swap.read() == ONE
        valve.open()
        wait_for("r2 is prepared", swap.is_prepared, 60)


def test_a_triton_that_is_killed_while_it_loads_condemns_nothing(swap: Swap) -> None:
    swap.publish("r2", 2, TWO, loading=2.0)
    swap.prepare()
    wait_for("it loads", swap.at("Load"))
    swap.bench.triton.stop()
    wait_for("the silence is said", swap.agent.fails_with("TritonUnavailable"))
    swap.bench.triton.start()
    wait_for("r2 is prepared", swap.is_prepared, 60)
    assert swap.read() == ONE


def test_a_store_that_is_away_is_waited_for(swap: Swap, s3_server: S3Server) -> None:
    swap.publish("r2", 2, TWO)
    decision = swap.preparation()
    with swap.traffic() as texts:
        s3_server.stop()
        try:
            swap.agent.decide(decision)
            wait_for("the outage is said", swap.agent.fails_with("StoreUnreachable"), 60)
        finally:
            s3_server.start()
        wait_for("r2 is prepared", swap.is_prepared, 120)
    assert set(texts) == {ONE}


class Overloaded(BaseHTTPRequestHandler):
    """A store that asks everybody to come back later."""

    def do_GET(self) -> None:
        body = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
        self.send_response(503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 # the name is the library's

    def log_message(self, *_: object) -> None:
        pass


def test_a_store_that_is_overloaded_condemns_nothing(swap: Swap) -> None:
    swap.publish("r2", 2, TWO)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Overloaded)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        busy = swap.bench.place.model_copy(update={"endpoint": f"http://127.0.0.1:{server.server_port}"})
        swap.agent.decide(swap.preparation(source=Source(s3=busy)))
        wait_for("the fault is said", swap.agent.fails_with("StoreUnreachable"), 120)
        assert swap.agent.status()["error"]["transient"]
        assert swap.read() == ONE
    finally:
        server.shutdown()
        server.server_close()
    swap.prepare()
    wait_for("r2 is prepared", swap.is_prepared, 60)
