import asyncio

import pytest

from platerec_operator.runtime.backoff import Backoff
from platerec_operator.runtime.queue import KeyQueue


async def test_keys_come_in_the_order_in_which_they_are_due() -> None:
    queue: KeyQueue[str] = KeyQueue()
    queue.add("later", after=0.02)
    queue.add("now")
    assert [await queue.take(), await queue.take()] == ["now", "later"]


async def test_asking_twice_counts_once_and_the_sooner_time_wins() -> None:
    queue: KeyQueue[str] = KeyQueue()
    queue.add("gate", after=60)
    queue.add("gate")
    assert await queue.take() == "gate"
    assert len(queue) == 0


async def test_a_key_is_with_one_worker_at_a_time() -> None:
    queue: KeyQueue[str] = KeyQueue()
    queue.add("gate")
    await queue.take()
    queue.add("gate")
    queue.add("yard")
    assert await queue.take() == "yard"
    second = asyncio.create_task(queue.take())
    await asyncio.sleep(0)
    assert not second.done()
    queue.done("gate")
    assert await asyncio.wait_for(second, 5) == "gate"


async def test_a_waiting_worker_hears_of_a_new_key() -> None:
    queue: KeyQueue[str] = KeyQueue()
    worker = asyncio.create_task(queue.take())
    await asyncio.sleep(0)
    queue.add("gate")
    assert await asyncio.wait_for(worker, 5) == "gate"


def test_failures_in_a_row_wait_longer_up_to_the_limit() -> None:
    backoff: Backoff[str] = Backoff(first=1.0)
    waits = [backoff.fail("gate", limit=30) for _ in range(8)]
    assert waits[0] == pytest.approx(1, rel=0.11)
    assert waits[3] == pytest.approx(8, rel=0.11)
    assert waits[7] == pytest.approx(30, rel=0.11)
    backoff.clear("gate")
    assert backoff.fail("gate", limit=30) == pytest.approx(1, rel=0.11)
