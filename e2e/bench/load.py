"""`python -m bench.load PLAN`: requests that arrive by the clock, whether or not earlier ones are answered.

Runs in the load's pod. Each worker is a process with one gRPC and one HTTP client of its own, as cameras have. The
latency of a request counts from when it was due: a server that stands still is not spared the requests that waited.
"""

import asyncio
import itertools
import json
import multiprocessing
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.records import Answer, Log, Request

Ask = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Plan:
    """What to send: `rate` requests a second of all workers together, or else `concurrency` at any time.

    `urls`: the address for each protocol. `folder` takes the log of each worker, and ends the run when `stop` is in it.
    """

    urls: dict[str, str]
    frames: list[str]
    folder: str
    seconds: float
    rate: float = 0
    concurrency: int = 0
    workers: int = 4
    timeout: float = 30


class Asking:
    """Asks about one frame after the other, by each protocol in turn, and logs what came of it."""

    def __init__(self, ask: dict[str, Callable[[int], Awaitable[Answer]]], frames: int, log: Log) -> None:
        self._ask = ask
        self._turns = itertools.cycle(itertools.product(range(frames), ask))
        self._log = log
        self.timeout = 30.0

    async def __call__(self, due: float) -> None:
        frame, protocol = next(self._turns)
        answer, error = None, ""
        try:
            answer = await asyncio.wait_for(self._ask[protocol](frame), self.timeout)
        except Exception as failure:  # whatever it is, the client has no answer
            error = f"{type(failure).__name__}: {failure}"[:300]
        self._log.add(Request(due, time.time() - due, protocol, frame, answer, error))


def poisson(rate: float, seed: int) -> Iterator[float]:
    """Seconds from one arrival to the next."""
    chance = random.Random(seed)
    while True:
        yield chance.expovariate(rate)


async def arrive(ask: Ask, pauses: Iterator[float], goes_on: Callable[[], bool]) -> None:
    """Open loop: ask when it is time; wait for the last answers at the end."""
    due, asked = time.time(), set[asyncio.Task[None]]()
    while goes_on():
        due += next(pauses)
        await asyncio.sleep(max(0, due - time.time()))
        task = asyncio.ensure_future(ask(due))
        asked.add(task)
        task.add_done_callback(asked.discard)
    await asyncio.gather(*asked)


async def saturate(ask: Ask, concurrency: int, goes_on: Callable[[], bool]) -> None:
    """Closed loop: ask again as soon as there is an answer."""

    async def one_after_the_other() -> None:
        while goes_on():
            await ask(time.time())

    await asyncio.gather(*(one_after_the_other() for _ in range(concurrency)))


async def work(plan: Plan, worker: int) -> None:
    from bench.clients import Client, read_frame  # noqa: PLC0415 - in each process of its own: gRPC does not survive a fork

    frames = [read_frame(Path(path)) for path in plan.frames]
    clients = {protocol: Client(protocol, url, frames) for protocol, url in plan.urls.items()}
    folder, end = Path(plan.folder), time.time() + plan.seconds
    log = Log(folder / f"{worker}.jsonl")
    asking = Asking({protocol: client.ask for protocol, client in clients.items()}, len(frames), log)
    asking.timeout = plan.timeout

    def goes_on() -> bool:
        return time.time() < end and not (folder / "stop").exists()

    if plan.rate:
        await arrive(asking, poisson(plan.rate / plan.workers, worker), goes_on)
    else:
        await saturate(asking, max(1, plan.concurrency // plan.workers), goes_on)
    log.close()
    for client in clients.values():
        await client.close()


def run_worker(plan: Plan, worker: int) -> None:
    asyncio.run(work(plan, worker))


def main() -> int:
    plan = Plan(**json.loads(sys.argv[1]))
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=run_worker, args=(plan, number)) for number in range(plan.workers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    (Path(plan.folder) / "done").touch()
    return max(abs(worker.exitcode or 0) for worker in workers)


if __name__ == "__main__":
    sys.exit(main())
