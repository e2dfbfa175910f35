"""The workers that reconcile keys, and what brings keys back that no event named."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from platerec_operator.api.names import KIND, Key
from platerec_operator.api.parse import parse_key
from platerec_operator.kube.port import Cluster, ClusterError, ConflictError
from platerec_operator.runtime.backoff import Backoff
from platerec_operator.runtime.clock import spread
from platerec_operator.runtime.health import Heartbeat
from platerec_operator.runtime.metrics import DURATION, QUEUE, RECONCILES
from platerec_operator.runtime.queue import KeyQueue

log = logging.getLogger(__name__)

WORKERS = 16
"""They mostly wait: for the API server, and for agents on nodes that are gone."""
LONGEST = 60.0
"""Seconds that a reconcile may take, and the longest wait after failures."""
RESYNC = 300.0
"""Seconds between two lists of all recognizers, in case that a watch died without a word."""
TICK = 10.0
"""Seconds after which an idle worker shows that it is alive."""


@dataclass
class Loop:
    """`reconcile` gives the seconds until a key's next turn, None when it has none."""

    reconcile: Callable[[Key], Awaitable[float | None]]
    heartbeat: Heartbeat
    queue: KeyQueue[Key] = field(default_factory=KeyQueue)
    _backoff: Backoff[Key] = field(default_factory=lambda: Backoff(first=0.5))

    async def run(self) -> None:
        """Work for ever."""
        async with asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(self._work())

    async def resync(self, cluster: Cluster, namespaces: Sequence[str]) -> None:
        """Ask for all recognizers, again and again."""
        while True:
            try:
                for namespace in namespaces or (None,):
                    for body in await cluster.list(KIND, namespace):
                        self.queue.add(parse_key(body))
            except ClusterError as error:
                log.warning("%s", error)
            await asyncio.sleep(spread(RESYNC))

    async def _work(self) -> None:
        while True:
            self.heartbeat.beat()
            try:
                async with asyncio.timeout(TICK):
                    key = await self.queue.take()
            except TimeoutError:
                continue
            try:
                await self._turn(key)
            finally:
                self.queue.done(key)
                QUEUE.set(len(self.queue))

    async def _turn(self, key: Key) -> None:
        """One reconcile; whatever goes wrong with it is tried again later and stops nobody else."""
        try:
            with DURATION.time():
                async with asyncio.timeout(LONGEST):
                    after = await self.reconcile(key)
        except ConflictError as error:
            RECONCILES.labels(result="conflict").inc()
            log.info("%s: %s It is looked at again.", key, error)
            after = self._backoff.fail(key, LONGEST)
        except (ClusterError, TimeoutError) as error:
            RECONCILES.labels(result="retry").inc()
            log.warning("%s: %s", key, str(error) or "the reconcile took too long")
            after = self._backoff.fail(key, LONGEST)
        except Exception:
            RECONCILES.labels(result="bug").inc()
            log.exception("%s: this is a bug of the operator", key)
            after = self._backoff.fail(key, LONGEST)
        else:
            RECONCILES.labels(result="ok").inc()
            self._backoff.clear(key)
            after = spread(after) if after is not None else None
        if after is not None:
            self.queue.add(key, after)
