"""The operator's own health: alive while the workers of the leader tick. A standby has none and is healthy."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import generate_latest

from platerec_operator.runtime.clock import read_monotonic

OLDEST_TICK = 150.0
"""Seconds after which the leader counts as stuck: longer than a reconcile may take."""


class Heartbeat:
    """The last tick of any worker; none yet while this operator stands by."""

    def __init__(self, now: Callable[[], float] = read_monotonic) -> None:
        self._now = now
        self._last: float | None = None

    def beat(self) -> None:
        """A worker is alive."""
        self._last = self._now()

    @property
    def age(self) -> float | None:
        """Seconds since the last tick."""
        return None if self._last is None else self._now() - self._last

    @property
    def healthy(self) -> bool:
        """Whether nothing is stuck."""
        return self.age is None or self.age < OLDEST_TICK


@asynccontextmanager
async def serve_health(heartbeat: Heartbeat, port: int) -> AsyncIterator[None]:
    """`/healthz` and `/metrics` while the context lasts."""

    async def health(_: web.Request) -> web.Response:
        if heartbeat.healthy:
            return web.Response(text="ok\n" if heartbeat.age is not None else "standby\n")
        return web.Response(status=503, text=f"no tick for {heartbeat.age:.0f} s\n")

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": "text/plain; version=0.0.4"})

    app = web.Application()
    app.add_routes([web.get("/healthz", health), web.get("/metrics", metrics)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, port=port).start()
        yield
    finally:
        await runner.cleanup()
