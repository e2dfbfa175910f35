"""A fetch may take long: what happens meanwhile is seen at once, and what was fetched by then is kept."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from platerec_store.tests.agent.pod import Pod, reader_key


@pytest.fixture
def serving(pod: Pod) -> Pod:
    """A pod that serves r1; the agent looks at Triton every 2 seconds."""
    pod.obey(pod.decide("r1", revision=1))
    pod.triton.calls.clear()
    return pod


def throttled(pod: Pod, seconds: float) -> None:
    """Each piece takes that long, and Triton restarts at the third."""

    def act(key: str, at: int) -> None:
        if key == reader_key(pod):
            pod.now += seconds
            if at == 8:
                pod.triton.restart()

    pod.store.on_piece = act


def test_a_triton_that_restarts_while_a_slow_store_answers_serves_before_the_fetch_goes_on(serving: Pod) -> None:
    pod, key = serving, reader_key(serving)
    throttled(pod, seconds=3)
    decision = pod.decide("r2", phase="Prepare", revision=2, previous="r1")
    pod.obey(decision)
    assert not (pod.cache / key).exists(), "the fetch gives way"
    served: list[bool] = []
    pod.store.on_piece = lambda *_: served.append("plate_recognition" in pod.triton.ready())
    report = pod.turn()
    assert (report.active, report.step) == ("r1", "Prepared")
    assert served
    assert all(served)
    assert [start for name, start in pod.store.fetched if name == key] == [0, 12], "what was fetched is kept"


def test_triton_is_not_asked_for_every_piece(serving: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    pod, asked = serving, list[float]()
    ready = pod.triton.ready

    def counted() -> frozenset[str]:
        asked.append(pod.now)
        return ready()

    monkeypatch.setattr(pod.triton, "ready", counted)
    pieces: list[int] = []

    def act(key: str, at: int) -> None:
        pieces.append(len(asked))
        pod.now += 0.3

    pod.store.on_piece = act
    pod.obey(pod.decide("r2", revision=2))
    assert pieces[-1] - pieces[0] <= len(pieces) * 0.3 / 2


def test_a_triton_that_is_silent_during_a_fetch_has_not_lost_anything_yet(serving: Pod) -> None:
    pod = serving

    def act(key: str, at: int) -> None:
        pod.now += 3
        pod.triton.up = (key, at) != (reader_key(pod), 8)

    pod.store.on_piece = act
    assert pod.obey(pod.decide("r2", revision=2)).active == "r2"


def test_a_triton_that_restarts_while_the_store_hangs_serves_again(
    serving: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    pod, released = serving, threading.Event()

    def act(key: str, at: int) -> None:
        if (key, at) == (reader_key(pod), 8):
            pod.now += 3
            pod.triton.restart()
            released.wait(20)

    pod.store.on_piece = act
    decision = pod.decide("r2", revision=2)
    pod.obey(decision)
    assert not released.is_set()
    assert pod.board.report.progress is None
    pod.store.on_piece = lambda *_: None
    load = pod.triton.load

    def loaded(name: str) -> None:
        load(name)
        if name == "plate_recognition":
            released.set()

    monkeypatch.setattr(pod.triton, "load", loaded)
    report = pod.turn()
    assert (report.active, report.error) == ("r2", None)
    assert pod.triton.calls.index("load plate_recognition") < pod.triton.calls.index("load plate_reader_v2")


@contextmanager
def fetched_by_another_pod(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Another pod holds the part of the reader; the event says that this one has found out."""
    waits = threading.Event()
    path = pod.cache / f"{reader_key(pod)}.part"
    path.parent.mkdir(parents=True, exist_ok=True)

    def flock(file: object, how: int) -> None:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)  # type: ignore[arg-type]
        except BlockingIOError:
            waits.set()
            raise

    names = {name: getattr(fcntl, name) for name in ("LOCK_EX", "LOCK_NB", "LOCK_SH")}
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        monkeypatch.setattr("platerec_store.disk.cache.fcntl", SimpleNamespace(flock=flock, **names))
        yield waits


@pytest.mark.parametrize("news", ["a newer decision", "a restart of Triton"])
def test_waiting_for_another_pod_that_fetches_the_same_ends_at(
    serving: Pod, monkeypatch: pytest.MonkeyPatch, news: str
) -> None:
    pod = serving
    older, newer = pod.decide("r2", revision=2), pod.decide("r1", revision=3)
    with fetched_by_another_pod(pod, monkeypatch) as waits:
        turn = threading.Thread(target=pod.obey, args=(older,))
        turn.start()
        assert waits.wait(10)
        if news == "a newer decision":
            pod.inbox.take(newer)
        else:
            pod.now += 3
            pod.triton.restart()
        turn.join(10)
        assert not turn.is_alive()
        assert pod.board.report.step == "Fetch"
    report = pod.turn()
    assert (report.active, report.error) == ("r1" if news == "a newer decision" else "r2", None)
