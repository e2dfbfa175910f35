import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from queue import Queue
from threading import Event, current_thread
from typing import Any

import pytest

from platerec_operator.api.lookup import Found, Query, build_query
from platerec_operator.api.names import Key
from platerec_operator.api.recognizer import S3Spec
from platerec_operator.runtime.poller import Interest, Poller, Reader
from platerec_operator.stores.reader import Access
from platerec_operator.tests.make import DIGEST, make_recognizer
from platerec_store.objects.port import StoreError
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault

KEY = Key("cameras", "gate")
ACCESS = Access()


class Script:
    """A reader that answers by heart, and the last answer again and again."""

    def __init__(self, *answers: Found | Exception) -> None:
        self._answers: Iterator[Found | Exception] = iter(answers)
        self._last: Found | Exception = answers[0]
        self.asked: list[Query] = []

    def read(self, query: Query, access: Access) -> Found:
        assert access is ACCESS
        self.asked.append(query)
        self._last = next(self._answers, self._last)
        if isinstance(self._last, Exception):
            raise self._last
        return self._last


def make_interest(seconds: float = 60, **spec: Any) -> Interest:
    recognizer = make_recognizer(**spec)
    return Interest(build_query(recognizer), recognizer.spec.models.source.s3, seconds)


class Stores:
    """Readers of several stores: those of the bucket `dead` do not answer until the test ends."""

    def __init__(self) -> None:
        self.asked = Queue[str]()
        self.end = Event()
        self.threads: set[str] = set()

    def read(self, query: Query, _: Access) -> Found:
        bucket = query.source.s3.bucket
        self.threads.add(current_thread().name)
        self.asked.put(bucket)
        if bucket == "dead":
            self.end.wait()
        return Found("a", DIGEST)


@pytest.fixture
def stores() -> Iterator[Stores]:
    stores = Stores()
    yield stores
    stores.end.set()


@asynccontextmanager
async def polling(reader: Reader) -> AsyncIterator[tuple[Poller, asyncio.Queue[Key]]]:
    """A poller at work, and the keys whose answers changed."""
    changed: asyncio.Queue[Key] = asyncio.Queue()

    async def access(_: Key, __: S3Spec) -> Access:
        return ACCESS

    poller = Poller(access, changed.put_nowait, make_reader=lambda: reader)
    task = asyncio.create_task(poller.run())
    try:
        yield poller, changed
    finally:
        task.cancel()


def make_store(bucket: str) -> dict[str, Any]:
    return {"source": {"s3": {"bucket": bucket}}}


async def wait(changed: "asyncio.Queue[Key]") -> Key:
    return await asyncio.wait_for(changed.get(), 5)


async def test_nothing_is_known_at_first_and_the_answer_is_announced() -> None:
    found = Found("2026.11.3", DIGEST)
    async with polling(Script(found)) as (poller, changed):
        assert poller.latest(KEY, make_interest()) is None
        assert await wait(changed) == KEY
        assert poller.latest(KEY, make_interest()) == found


async def test_the_same_answer_again_is_not_announced() -> None:
    old, new = Found("a", DIGEST), Found("b", DIGEST)
    async with polling(Script(old, old, old, new)) as (poller, changed):
        poller.latest(KEY, make_interest(seconds=0.001))
        await wait(changed)
        assert poller.latest(KEY, make_interest(seconds=0.001)) == old
        await wait(changed)
        assert poller.latest(KEY, make_interest(seconds=0.001)) == new


async def test_a_store_that_fails_is_a_fault_and_is_asked_again() -> None:
    outage = StoreError(Reason.STORE_UNREACHABLE, "The store does not answer.")
    found = Found("a", DIGEST)
    async with polling(Script(outage, found)) as (poller, changed):
        interest = make_interest(seconds=0.01)
        poller.latest(KEY, interest)
        await wait(changed)
        fault = poller.latest(KEY, interest)
        assert isinstance(fault, Fault)
        assert (fault.reason, fault.transient) == (Reason.STORE_UNREACHABLE, True)
        await wait(changed)
        assert poller.latest(KEY, interest) == found


async def test_one_unanswered_question_is_no_news_and_two_are() -> None:
    outage = StoreError(Reason.STORE_UNREACHABLE, "The store does not answer.")
    old, new = Found("a", DIGEST), Found("b", DIGEST)
    async with polling(Script(old, outage, new, outage, outage)) as (poller, changed):
        interest = make_interest(seconds=0.01)
        poller.latest(KEY, interest)
        answers = []
        for _ in range(3):
            await wait(changed)
            answers.append(poller.latest(KEY, interest))
        assert answers[:2] == [old, new]
        assert isinstance(answers[2], Fault)


async def test_a_verdict_on_a_release_is_news_at_once() -> None:
    refused = StoreError(Reason.MANIFEST_INVALID, "manifest.json is not JSON.")
    found = Found("a", DIGEST)
    async with polling(Script(found, refused, found)) as (poller, changed):
        interest = make_interest(seconds=0.01)
        poller.latest(KEY, interest)
        await wait(changed)
        await wait(changed)
        assert isinstance(poller.latest(KEY, interest), Fault)


async def test_a_bug_with_one_store_is_said_and_stops_nobody() -> None:
    async with polling(Script(KeyError("ETag"), Found("a", DIGEST))) as (poller, changed):
        interest = make_interest(seconds=0.01)
        poller.latest(KEY, interest)
        await wait(changed)
        fault = poller.latest(KEY, interest)
        assert isinstance(fault, Fault)
        assert "KeyError" in fault.message
        await wait(changed)
        assert poller.latest(KEY, interest) == Found("a", DIGEST)


async def test_a_new_question_is_asked_at_once_and_the_old_answer_forgotten() -> None:
    reader = Script(Found("a", DIGEST), Found("b", DIGEST))
    async with polling(reader) as (poller, changed):
        poller.latest(KEY, make_interest())
        await wait(changed)
        canary = make_interest(models={"release": {"channel": "canary"}})
        assert poller.latest(KEY, canary) is None
        await wait(changed)
        assert poller.latest(KEY, canary) == Found("b", DIGEST)
        assert [query.channel for query in reader.asked] == ["stable", "canary"]


async def test_another_pace_keeps_the_answer() -> None:
    async with polling(Script(Found("a", DIGEST))) as (poller, changed):
        poller.latest(KEY, make_interest(seconds=60))
        await wait(changed)
        assert poller.latest(KEY, make_interest(seconds=30)) == Found("a", DIGEST)


async def test_a_store_that_does_not_answer_delays_nobody_elses_recognizers(stores: Stores) -> None:
    async with polling(stores) as (poller, changed):
        for number in range(20):
            poller.latest(Key("cameras", f"dead-{number}"), make_interest(models=make_store("dead")))
        await asyncio.to_thread(stores.asked.get)
        poller.latest(KEY, make_interest())
        assert await wait(changed) == KEY


async def test_a_corrected_address_does_not_wait_for_the_wrong_one(stores: Stores) -> None:
    async with polling(stores) as (poller, changed):
        poller.latest(KEY, make_interest(models=make_store("dead")))
        await asyncio.to_thread(stores.asked.get)
        poller.latest(KEY, make_interest())
        await wait(changed)
        assert poller.latest(KEY, make_interest()) == Found("a", DIGEST)


async def test_one_store_is_asked_two_questions_at_a_time(stores: Stores) -> None:
    async with polling(stores) as (poller, changed):
        for number in range(20):
            poller.latest(Key("cameras", f"gate-{number}"), make_interest())
        assert len({await wait(changed) for _ in range(20)}) == 20
    assert 1 <= len(stores.threads) <= 2


async def test_who_is_forgotten_is_not_asked_for(stores: Stores) -> None:
    other = Key("cameras", "other")
    async with polling(stores) as (poller, changed):
        poller.latest(KEY, make_interest())
        poller.forget(KEY)
        poller.latest(other, make_interest())
        assert await wait(changed) == other
    assert stores.asked.qsize() == 1
