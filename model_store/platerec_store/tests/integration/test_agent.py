"""The agent as a process, with a real store and a real Triton."""

import fcntl
import io
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from platerec_store.objects.credentials import Keys
from platerec_store.objects.reading import read_repository
from platerec_store.release.decision import Decision
from platerec_store.release.layout import blob_key
from platerec_store.release.manifest import Manifest
from platerec_store.release.source import Source
from platerec_store.tests.integration.agent_process import wait_for
from platerec_store.tests.integration.asking import RequestError, ask_pipeline, ask_softmax
from platerec_store.tests.integration.conftest import Bench
from platerec_store.tests.integration.models import ECHO, write_built_folder
from platerec_store.tests.integration.valve import Valve
from platerec_store.tests.make import make_published
from platerec_testing.store import S3Server

pytestmark = [pytest.mark.triton, pytest.mark.store]

R1, R2 = (f"r{n}|plate_reader_v{n} |plate_reader_v{n} " for n in (1, 2))
"""Answers that are wholly of one release."""


def publish(
    bench: Bench,
    tmp_path: Path,
    name: str,
    version: int,
    reader: str = ECHO,
    *,
    payload: bytes = b"",
    pipeline: int = 1,
) -> Manifest:
    folder = write_built_folder(tmp_path / f"models-{name}", version, reader, payload, pipeline)
    return make_published(bench.store, folder, name, tmp_path / "out")


def is_held(pins: Path) -> bool:
    """Whether a request is answered by these pins."""
    with pins.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def weights_of(manifest: Manifest) -> str:
    files = manifest.model("plate_reader").profiles["cpu-onnx"].files
    return next(file.sha256 for file in files if file.path.endswith("weights.bin"))


def test_from_a_decision_to_an_answer_and_on_to_the_next_release(bench: Bench, tmp_path: Path) -> None:
    """The second release is loaded in place while requests run; none fails, none is answered by two releases."""
    agent = bench.agent
    publish(bench, tmp_path, "r1", 1)
    publish(bench, tmp_path, "r2", 2)
    assert agent.status()["step"] == "Waiting"
    agent.decide(bench.decide("r1"))
    wait_for("r1 is served", agent.serves("r1"))
    assert ask_pipeline(bench.triton.http_url) == R1
    answers, failures, stop = [], [], threading.Event()

    def ask_on() -> None:
        while not stop.is_set():
            try:
                answers.append(ask_pipeline(bench.triton.http_url))
            except RequestError as error:
                failures.append(str(error))

    askers = [threading.Thread(target=ask_on) for _ in range(2)]
    for asker in askers:
        asker.start()
    status, _ = agent.ask("/target", "PUT", bench.decide("r2").to_json())
    assert status == 202
    wait_for("r2 is served", agent.serves("r2"))
    wait_for("an answer of r2", lambda: answers[-1].startswith("r2"))
    stop.set()
    for asker in askers:
        asker.join()
    assert failures == []
    assert set(answers) == {R1, R2}
    assert agent.status()["models"] == ["plate_detector_v1", "plate_reader_v2", "plate_recognition"]
    assert agent.memory_mib() < 150


@pytest.mark.parametrize("pipeline", [1, 2], ids=["same pipeline", "new pipeline"])
def test_a_slow_request_is_answered_wholly_by_the_release_that_it_began_with(
    bench: Bench, tmp_path: Path, pipeline: int
) -> None:
    """Its models stay loaded until it ends, however long that takes; no request waits for it."""
    agent = bench.agent
    publish(bench, tmp_path, "r1", 1)
    publish(bench, tmp_path, "r2", 2, pipeline=pipeline)
    agent.decide(bench.decide("r1"))
    wait_for("r1 is served", agent.serves("r1"))
    with ThreadPoolExecutor(3) as pool:
        slow = [pool.submit(ask_pipeline, bench.triton.http_url, 8) for _ in range(3)]  # the third one is queued
        wait_for("the requests run", lambda: is_held(agent.repository / ".pins/plate_recognition-1.json"))
        agent.decide(bench.decide("r2"))
        wait_for("r2 waits for them", lambda: (agent.status()["active"], agent.status()["step"]) == ("r2", "Retire"))
        assert "plate_reader_v1" in agent.status()["models"]
        answers = [answer.result() for answer in slow]
    wait_for("r2 is served", agent.serves("r2"))
    assert "plate_reader_v1" not in agent.status()["models"]
    assert R1 in answers
    assert set(answers) <= {R1, R2}
    assert ask_pipeline(bench.triton.http_url) == R2


def test_a_killed_agent_fetches_only_the_rest(bench: Bench, tmp_path: Path, s3_server: S3Server) -> None:
    size = 16 << 20
    agent = bench.agent
    manifest = publish(bench, tmp_path, "r1", 1, payload=os.urandom(size))
    part = agent.root / "cache" / f"{blob_key(weights_of(manifest))}.part"
    with Valve(s3_server.endpoint, limit=size // 2) as valve:
        place = bench.place.model_copy(update={"endpoint": valve.endpoint})
        agent.decide(bench.decide("r1").model_copy(update={"source": Source(s3=place)}))
        wait_for("some of the weights", lambda: part.exists() and part.stat().st_size >= size // 4)
        agent.stop(signal.SIGKILL)
        here = part.stat().st_size
        assert here < size
        assert not (agent.repository / "plate_reader_v1").exists()
        valve.open()
        agent.start()
        wait_for("r1 is served", agent.serves("r1"), 60)
        fetched = agent.metric("platerec_agent_fetched_bytes_total")
    assert fetched <= size - here + 64 * 1024


def test_a_corrupt_blob_is_refused_and_served_once_it_is_repaired(bench: Bench, tmp_path: Path) -> None:
    agent = bench.agent
    publish(bench, tmp_path, "r1", 1)
    good = os.urandom(100_000)
    manifest = publish(bench, tmp_path, "r2", 2, payload=good)
    key = blob_key(weights_of(manifest))
    bench.store.upload(key, io.BytesIO(os.urandom(100_000)), lambda _: None)
    agent.decide(bench.decide("r1"))
    wait_for("r1 is served", agent.serves("r1"))
    agent.decide(bench.decide("r2"))
    wait_for("the corrupt blob", agent.fails_with("BlobCorrupt"))
    error = agent.status()["error"]
    assert bench.store.url(key) in error["message"]
    assert not error["transient"]
    assert ask_pipeline(bench.triton.http_url).startswith("r1|")
    bench.store.upload(key, io.BytesIO(good), lambda _: None)
    wait_for("r2 is served", agent.serves("r2"))


def test_rotated_keys_end_a_refusal(bench: Bench, tmp_path: Path, reader_keys: Keys) -> None:
    agent = bench.agent
    publish(bench, tmp_path, "r1", 1)
    agent.write_keys(Keys("NOBODY", "wrong"))
    agent.decide(bench.decide("r1"))
    wait_for("the refusal", agent.fails_with("AccessDenied"))
    agent.write_keys(reader_keys)
    wait_for("r1 is served", agent.serves("r1"))


def test_a_bucket_that_does_not_exist_is_named(bench: Bench, tmp_path: Path, s3_server: S3Server) -> None:
    publish(bench, tmp_path, "r1", 1)
    # Who may read only one bucket is not told whether there is another.
    bench.agent.write_keys(Keys(s3_server.writer.access_key, s3_server.writer.secret_key))
    nowhere = Source(s3=bench.place.model_copy(update={"bucket": "nowhere"}))
    bench.agent.decide(bench.decide("r1").model_copy(update={"source": nowhere}))
    wait_for("the fault", bench.agent.fails_with("BucketNotFound"))
    assert "nowhere" in bench.agent.status()["error"]["message"]


def test_a_triton_that_was_killed_is_loaded_again(bench: Bench, tmp_path: Path) -> None:
    publish(bench, tmp_path, "r1", 1)
    bench.agent.decide(bench.decide("r1"))
    wait_for("r1 is served", bench.agent.serves("r1"))
    bench.triton.stop()
    wait_for("the silence is reported", bench.agent.fails_with("TritonUnavailable"))
    bench.triton.start()
    wait_for("r1 is served again", bench.agent.serves("r1"))
    assert ask_pipeline(bench.triton.http_url).startswith("r1|")


def test_a_model_that_triton_refuses_leaves_the_last_good_release(bench: Bench, tmp_path: Path) -> None:
    agent = bench.agent
    publish(bench, tmp_path, "r1", 1)
    publish(bench, tmp_path, "r2", 2, reader="raise RuntimeError('no such operator')")
    agent.decide(bench.decide("r1"))
    wait_for("r1 is served", agent.serves("r1"))
    agent.decide(bench.decide("r2"))
    wait_for("the refusal", agent.fails_with("ModelRefused"))
    assert "no such operator" in agent.status()["error"]["message"]
    assert ask_pipeline(bench.triton.http_url).startswith("r1|")
    assert agent.status()["active"] == "r1"


def test_an_agent_that_ends_leaves_triton_serving(bench: Bench, tmp_path: Path) -> None:
    publish(bench, tmp_path, "r1", 1)
    bench.agent.decide(bench.decide("r1"))
    wait_for("r1 is served", bench.agent.serves("r1"))
    assert bench.agent.stop() == 0
    assert ask_pipeline(bench.triton.http_url).startswith("r1|")
    bench.agent.start()
    wait_for("r1 is served", bench.agent.serves("r1"))


def test_the_file_overrules_what_was_put_before_it(bench: Bench, tmp_path: Path) -> None:
    for version, name in enumerate(("r1", "r2", "r3"), start=1):
        publish(bench, tmp_path, name, version)
    agent = bench.agent
    agent.decide(bench.decide("r1"))
    wait_for("r1 is served", agent.serves("r1"))
    agent.ask("/target", "PUT", bench.decide("r2").to_json())
    wait_for("r2 is served", agent.serves("r2"))
    agent.decide(bench.decide("r3"))
    wait_for("r3 is served", agent.serves("r3"))


def test_a_plain_repository_is_served_as_it_is(bench: Bench, tmp_path: Path) -> None:
    """A TorchScript model in its folder, with the config.pbtxt that people have today."""
    torch = pytest.importorskip("torch")
    traced = torch.jit.trace(torch.nn.Softmax(dim=1), torch.zeros(1, 4))
    traced.save(str(tmp_path / "model.pt"))
    config = (
        b'platform: "pytorch_libtorch"\nmax_batch_size: 8\n'
        b'input [{ name: "input__0" data_type: TYPE_FP32 dims: [ 4 ] }]\n'
        b'output [{ name: "output__0" data_type: TYPE_FP32 dims: [ 4 ] }]\n'
    )
    bench.store.put("softmax/config.pbtxt", config)
    bench.store.put("softmax/1/model.pt", (tmp_path / "model.pt").read_bytes())
    listed = read_repository(bench.store)
    source = Source(layout="repository", s3=bench.place)
    bench.agent.decide(
        Decision(release=listed.release, manifest=listed.digest, profile="gpu-torchscript", source=source)
    )
    wait_for("the repository is served", bench.agent.serves(listed.release))
    assert (bench.agent.repository / "softmax/config.pbtxt").read_bytes() == config
    assert ask_softmax(bench.triton.http_url) == pytest.approx([0.25] * 4)
