"""How long the loop rests between its turns."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from platerec_store.tests.agent.pod import Pod


class EnoughError(Exception):
    """The test has seen what it wants to."""


async def rests_of(pod: Pod, monkeypatch: pytest.MonkeyPatch, turns: int) -> list[float]:
    """The seconds between so many turns, which pass at once."""
    rests: list[float] = []

    async def wait_for(news: Coroutine[Any, Any, bool], seconds: float) -> None:
        news.close()
        rests.append(seconds)
        pod.now += seconds
        raise EnoughError if len(rests) == turns else TimeoutError

    monkeypatch.setattr(asyncio, "wait_for", wait_for)
    with pytest.raises(EnoughError):
        await pod.loop.run(2.0)
    return rests


async def test_a_request_that_hangs_is_asked_after_less_and_less_often(
    pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    pod.obey(pod.decide("r1", revision=1))
    with pod.request():
        pod.inbox.take(pod.decide("r2", revision=2))
        assert await rests_of(pod, monkeypatch, 7) == [0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0]


async def test_a_pod_at_rest_looks_now_and_then_whether_triton_restarted(
    pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    pod.inbox.take(pod.decide("r1", revision=1))
    assert await rests_of(pod, monkeypatch, 3) == [0.2, 2.0, 2.0]


async def test_a_fetch_that_gave_way_goes_on_at_once(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    pod.obey(pod.decide("r1", revision=1))
    pod.inbox.take(pod.decide("r2", revision=2))

    def act(key: str, at: int) -> None:
        pod.now += 3
        pod.triton.restart()
        pod.store.on_piece = lambda *_: None

    pod.store.on_piece = act
    assert await rests_of(pod, monkeypatch, 2) == [0.2, 0.2]
    assert pod.board.report.active == "r2"
