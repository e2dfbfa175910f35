import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest

from platerec_operator.api.names import KIND, Key
from platerec_operator.kube.memory import MemoryCluster
from platerec_operator.kube.port import ClusterError
from platerec_operator.runtime.health import OLDEST_TICK, Heartbeat, serve_health
from platerec_operator.runtime.loop import Loop
from platerec_operator.tests.make import make_body
from platerec_testing.ports import free_ports

KEY, OTHER = Key("cameras", "gate"), Key("cameras", "yard")


@asynccontextmanager
async def running(reconcile: Callable[[Key], Awaitable[float | None]]) -> AsyncIterator[Loop]:
    loop = Loop(reconcile, Heartbeat())
    task = asyncio.create_task(loop.run())
    try:
        yield loop
    finally:
        task.cancel()


@pytest.mark.parametrize("error", [ClusterError("away"), ValueError("a bug")], ids=["outage", "bug"])
async def test_a_failed_reconcile_is_tried_again_and_stops_nobody_else(error: Exception) -> None:
    seen: asyncio.Queue[Key] = asyncio.Queue()
    failures = iter([error])

    async def reconcile(key: Key) -> float | None:
        seen.put_nowait(key)
        failure = next(failures, None) if key == KEY else None
        if failure:
            raise failure
        return None

    async with running(reconcile) as loop:
        loop.queue.add(KEY)
        assert await asyncio.wait_for(seen.get(), 5) == KEY
        loop.queue.add(OTHER)
        assert await asyncio.wait_for(seen.get(), 5) == OTHER
        assert await asyncio.wait_for(seen.get(), 5) == KEY


async def test_recognizers_that_wait_for_a_dead_node_keep_nobody_else_waiting() -> None:
    seen: asyncio.Queue[Key] = asyncio.Queue()

    async def reconcile(key: Key) -> float | None:
        seen.put_nowait(key)
        if key != OTHER:
            await asyncio.sleep(60)
        return None

    async with running(reconcile) as loop:
        for number in range(12):
            loop.queue.add(Key("cameras", f"dead-{number}"))
        loop.queue.add(OTHER)
        for _ in range(13):
            last = await asyncio.wait_for(seen.get(), 5)
        assert last == OTHER


async def test_a_reconcile_says_when_it_wants_to_be_asked_again() -> None:
    seen: asyncio.Queue[Key] = asyncio.Queue()

    async def reconcile(key: Key) -> float | None:
        seen.put_nowait(key)
        return 0.001

    async with running(reconcile) as loop:
        loop.queue.add(KEY)
        for _ in range(3):
            assert await asyncio.wait_for(seen.get(), 5) == KEY


async def test_a_resync_asks_for_every_recognizer() -> None:
    cluster = MemoryCluster()
    cluster.put(make_body("gate"))
    cluster.put(make_body("yard"))
    loop = Loop(lambda _: asyncio.sleep(0), Heartbeat())
    task = asyncio.create_task(loop.resync(cluster, ()))
    found = {await asyncio.wait_for(loop.queue.take(), 5) for _ in range(2)}
    task.cancel()
    assert found == {KEY, OTHER}
    assert cluster.objects[KIND, "cameras", "gate"]


class TestHealth:
    def test_a_standby_is_healthy(self) -> None:
        assert Heartbeat().healthy

    def test_a_leader_that_stopped_ticking_is_not(self) -> None:
        now = 0.0
        heartbeat = Heartbeat(lambda: now)
        heartbeat.beat()
        assert heartbeat.healthy
        now = OLDEST_TICK + 1
        assert not heartbeat.healthy

    async def test_it_is_served_with_the_metrics(self) -> None:
        (port,) = free_ports(1)
        now = 0.0
        heartbeat = Heartbeat(lambda: now)
        async with serve_health(heartbeat, port), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            assert (await session.get("/healthz")).status == 200
            heartbeat.beat()
            now = OLDEST_TICK + 1
            assert (await session.get("/healthz")).status == 503
            assert "platerec_operator_writes" in await (await session.get("/metrics")).text()
