"""`python -m platerec_store.agent`: puts the agent together and runs it until SIGTERM."""

import asyncio
import logging
import os
import signal
import sys

from aiohttp import web
from pydantic import ValidationError

from platerec_store.agent.api import build_app
from platerec_store.agent.board import Board
from platerec_store.agent.headroom import Headroom
from platerec_store.agent.inbox import Inbox
from platerec_store.agent.loop import Loop
from platerec_store.agent.settings import Settings
from platerec_store.agent.tools import Tools
from platerec_store.disk.cache import BlobCache
from platerec_store.disk.key import ensure_key
from platerec_store.disk.repository import ModelRepository
from platerec_store.objects.credentials import KeyFolder
from platerec_store.objects.port import ObjectStore
from platerec_store.objects.s3 import open_store
from platerec_store.release.decision import Decision
from platerec_store.release.source import S3
from platerec_store.triton.control import GrpcTriton

_log = logging.getLogger("platerec.agent")


def main() -> None:
    """Run until SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stdout)
    try:
        settings = Settings.of_environment(os.environ)
    except ValidationError as error:
        first = error.errors()[0]
        sys.exit(f"PLATEREC_{'.'.join(map(str, first['loc'])).upper()}: {first['msg']}.")
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    """Run the API, the watch over the decision and the loop; on SIGTERM go at once.

    Triton keeps what it has loaded. A thread may be reading from a slow store: it is not waited for, since the
    disk is safe at any point.
    """
    board = Board()
    tools = _build_tools(settings, board)
    inbox = Inbox(settings.decision_file, settings.profile, tools.repository.state().revision)
    inbox.look()
    loop = Loop(inbox, tools)

    def take(decision: Decision) -> None:
        inbox.take(decision)
        loop.wake()

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await _listen(build_app(board, take, settings.token_file), settings.listen)
    work = [asyncio.create_task(each) for each in (loop.watch(settings.poll_seconds), loop.run(settings.poll_seconds))]
    ended, _ = await asyncio.wait([*work, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    broken = next((task.exception() for task in ended if task in work), None)
    if broken is not None:
        _log.critical("the agent ends because of a bug", exc_info=broken)
    logging.shutdown()
    os._exit(0 if broken is None else 1)


def _build_tools(settings: Settings, board: Board) -> Tools:
    def open_source(s3: S3) -> ObjectStore:
        keys = KeyFolder(settings.credentials_dir) if settings.credentials_dir.is_dir() else None
        return open_store(s3, keys, ca_file=settings.ca_file if settings.ca_file.is_file() else None)

    for folder in (settings.repository_dir, settings.cache_dir):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            sys.exit(f"{folder} cannot be made: {error.strerror}; mount the pod's data volume there.")
    cache = BlobCache(settings.cache_dir)
    triton = GrpcTriton(settings.triton_url, settings.metrics_url, ensure_key(settings.triton_key_file))
    repository = ModelRepository(settings.repository_dir, cache)
    return Tools(cache, repository, triton, open_source, board, Headroom(triton))


async def _listen(app: web.Application, address: str) -> None:
    host, _, port = address.rpartition(":")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, int(port)).start()


if __name__ == "__main__":
    main()
