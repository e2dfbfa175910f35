"""The one poller of stores: it asks for each recognizer, in its store's lane, and says when an answer is a new one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Protocol

from platerec_operator.api.lookup import Found, Lookup, Query
from platerec_operator.api.names import Key
from platerec_operator.api.recognizer import S3Spec
from platerec_operator.runtime.backoff import Backoff
from platerec_operator.runtime.clock import spread
from platerec_operator.runtime.lanes import Lanes
from platerec_operator.runtime.metrics import POLLS
from platerec_operator.stores.reader import Access, StoreReader
from platerec_store.objects.port import StoreError
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault

log = logging.getLogger(__name__)


class Reader(Protocol):
    """One recognizer's store."""

    def read(self, query: Query, access: Access) -> Found:
        """Blocks; StoreError says why there is no release."""


@dataclass(frozen=True)
class Interest:
    """What a recognizer wants to know, how to get in, and how often to ask."""

    query: Query
    s3: S3Spec
    seconds: float


@dataclass
class _Watch:
    """A question that is asked again and again by a task of its own, as long as nobody asks another one."""

    interest: Interest
    reader: Reader
    lane: Executor
    answer: Lookup
    doubted: bool = False
    task: asyncio.Task[None] | None = None


@dataclass
class Poller:
    """Answers are kept in memory: a reconcile never waits for a store."""

    read_access: Callable[[Key, S3Spec], Awaitable[Access]]
    changed: Callable[[Key], None]
    make_reader: Callable[[], Reader] = StoreReader
    _watches: dict[Key, _Watch] = field(default_factory=dict)
    _asked: asyncio.Queue[Key] = field(default_factory=asyncio.Queue)
    _lanes: Lanes = field(default_factory=Lanes)
    _backoff: Backoff[Key] = field(default_factory=lambda: Backoff(first=2.0))

    def latest(self, key: Key, interest: Interest) -> Lookup:
        """The last answer to this question; a new question is asked at once."""
        watch = self._watches.get(key)
        if watch is None or watch.interest != interest:
            same = watch is not None and watch.interest.query == interest.query
            answer = watch.answer if watch and same else None
            self.forget(key)
            lane = self._lanes.lane(interest.query.source.s3)
            self._watches[key] = _Watch(interest, self.make_reader(), lane, answer)
            self._asked.put_nowait(key)
        return self._watches[key].answer

    def forget(self, key: Key) -> None:
        """The recognizer is gone, or asks something else. A thread that waits for its store ends by itself."""
        watch = self._watches.pop(key, None)
        if watch and watch.task:
            watch.task.cancel()
        self._backoff.clear(key)

    async def run(self) -> None:
        """Ask for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                key = await self._asked.get()
                watch = self._watches.get(key)
                if watch and watch.task is None:
                    watch.task = group.create_task(self._follow(key, watch))

    async def _follow(self, key: Key, watch: _Watch) -> None:
        while True:
            answer = await self._ask(key, watch)
            watch.doubted = _is_doubtful(watch, answer)
            if not watch.doubted and answer != watch.answer:
                watch.answer = answer
                self.changed(key)
            await asyncio.sleep(self._wait(key, watch, answer))

    def _wait(self, key: Key, watch: _Watch, answer: Found | Fault) -> float:
        """Seconds until the store is asked again."""
        if isinstance(answer, Fault):
            return self._backoff.fail(key, limit=watch.interest.seconds)
        self._backoff.clear(key)
        return spread(watch.interest.seconds)

    async def _ask(self, key: Key, watch: _Watch) -> Found | Fault:
        try:
            access = await self.read_access(key, watch.interest.s3)
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(watch.lane, watch.reader.read, watch.interest.query, access)
        except StoreError as error:
            POLLS.labels(result=error.reason).inc()
            return error.fault()
        except Exception as error:
            log.exception("%s: asking its store failed; this is a bug of the operator", key)
            POLLS.labels(result="Bug").inc()
            message = f"Asking the store failed in a way that nobody foresaw ({type(error).__name__}): report the log."
            return Fault(reason=Reason.STORE_UNREACHABLE, message=message, transient=True)
        POLLS.labels(result="Found").inc()
        return found


def _is_doubtful(watch: _Watch, answer: Found | Fault) -> bool:
    """A store that answered may miss one question: it is asked again before that is news."""
    return isinstance(answer, Fault) and answer.transient and isinstance(watch.answer, Found) and not watch.doubted
