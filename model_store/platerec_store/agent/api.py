"""The agent's HTTP API: for the operator (with a token), for probes and for Prometheus (without)."""

import hmac
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from platerec_store.agent.board import Board
from platerec_store.release.decision import Decision
from platerec_store.release.document import DocumentError

_OPEN = {"/healthz", "/metrics"}
_MAX_DECISION = 64 << 10


def build_app(board: Board, take: Callable[[Decision], None], token_file: Path) -> web.Application:
    """The application; `take` is given every decision that is PUT."""

    async def status(_: web.Request) -> web.Response:
        return web.Response(body=board.report.to_json(), content_type="application/json")

    async def target(request: web.Request) -> web.Response:
        try:
            decision = Decision.parse(await request.read(), "the decision")
        except DocumentError as error:
            return web.Response(status=400, text=str(error))
        take(decision)
        return web.Response(status=202, body=board.report.to_json(), content_type="application/json")

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application(middlewares=[_bearer(token_file)], client_max_size=_MAX_DECISION)
    app.router.add_get("/status", status)
    app.router.add_put("/target", target)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    return app


def _bearer(token_file: Path) -> Middleware:
    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path not in _OPEN and not _is_allowed(request.headers.get("Authorization", ""), token_file):
            return web.Response(status=401, text="The bearer token is missing or wrong.")
        return await handler(request)

    return check


def _is_allowed(header: str, token_file: Path) -> bool:
    """Compared in constant time with the token as it is now; without a token nobody is let in."""
    try:
        token = token_file.read_text().strip()
    except OSError:
        return False
    return bool(token) and hmac.compare_digest(header.encode(), f"Bearer {token}".encode())
