"""Arrivals by the clock, and the log of what came of them."""

import asyncio
import itertools
import time
from pathlib import Path

import pytest

from bench.load import Asking, arrive, poisson, saturate
from bench.records import Answer, Log, Request, parse_log

ANSWER = Answer("light-1", ("A001AA77",), ((8.0, 20.0, 32.0, 28.0),), (0.9,))


def read(path: Path) -> list[Request]:
    return list(parse_log(path.read_text().splitlines()))


def test_a_log_gives_back_what_was_written(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    requests = [
        Request(1.5, 0.25, "grpc", 0, ANSWER),
        Request(2.5, 0.125, "http", 1, ANSWER),
        Request(3.5, 30.0, "http", 0, None, "TimeoutError: "),
    ]
    for request in requests:
        log.add(request)
    log.close()
    assert read(tmp_path / "log") == requests
    assert (tmp_path / "log").read_text().count('"answer"') == 1


async def test_a_server_that_stands_still_stops_no_arrival_and_is_charged_for_the_wait(tmp_path: Path) -> None:
    began = time.time()

    async def stuck(frame: int) -> Answer:
        await asyncio.sleep(max(0, began + 0.4 - time.time()))
        return ANSWER

    log = Log(tmp_path / "log")
    await arrive(Asking({"grpc": stuck}, 1, log), itertools.repeat(0.02), lambda: time.time() < began + 0.3)
    log.close()
    requests = read(tmp_path / "log")
    assert len(requests) >= 10
    assert all(request.end >= began + 0.39 for request in requests)


async def test_a_client_without_an_answer_is_logged_with_its_reason(tmp_path: Path) -> None:
    async def refuse(frame: int) -> Answer:
        raise ConnectionError("reset")

    async def hang(frame: int) -> Answer:
        await asyncio.sleep(60)
        return ANSWER

    log = Log(tmp_path / "log")
    asking = Asking({"grpc": refuse, "http": hang}, 1, log)
    asking.timeout = 0.05
    for _ in range(2):
        await asking(time.time())
    log.close()
    assert [request.error for request in read(tmp_path / "log")] == ["ConnectionError: reset", "TimeoutError: "]


async def test_frames_and_protocols_take_turns(tmp_path: Path) -> None:
    async def answer(frame: int) -> Answer:
        return ANSWER

    log = Log(tmp_path / "log")
    asking, left = Asking({"grpc": answer, "http": answer}, 2, log), iter([True] * 4 + [False])
    await saturate(asking, 1, lambda: next(left))
    log.close()
    turns = [(request.frame, request.protocol) for request in read(tmp_path / "log")]
    assert turns == [(0, "grpc"), (0, "http"), (1, "grpc"), (1, "http")]


def test_arrivals_come_at_the_rate_that_was_asked_for() -> None:
    pauses = list(itertools.islice(poisson(50, seed=1), 5000))
    assert sum(pauses) == pytest.approx(100, rel=0.05)
    assert pauses[:3] != list(itertools.islice(poisson(50, seed=2), 3))
