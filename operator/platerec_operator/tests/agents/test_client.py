"""The real client against an HTTP server that plays an agent."""

import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from platerec_operator.agents import client
from platerec_operator.agents.client import open_agents
from platerec_operator.agents.port import AgentError, TokenUnknownError, UnreachableError
from platerec_operator.tests.make import make_decision, make_recognizer
from platerec_store.release.decision import Decision
from platerec_store.release.report import Report

REPORT = Report(active="2026.11.3", target="2026.11.3")


@asynccontextmanager
async def agent(monkeypatch: pytest.MonkeyPatch, status: int = 200, body: bytes = b"") -> AsyncIterator[list[Decision]]:
    """An agent on the port that the client asks; what it was told."""
    told: list[Decision] = []

    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer secret":
            return web.Response(status=401)
        return web.Response(status=status, body=body or REPORT.to_json())

    async def target(request: web.Request) -> web.Response:
        told.append(Decision.parse(await request.read(), "the decision"))
        return await answer(request)

    app = web.Application()
    app.add_routes([web.get("/status", answer), web.put("/target", target)])
    async with TestServer(app) as server:
        monkeypatch.setattr(client, "AGENT_PORT", server.port)
        yield told


async def test_a_report_is_asked_for_with_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    async with agent(monkeypatch), open_agents() as agents:
        assert await agents.report("127.0.0.1", "secret") == REPORT


async def test_a_decision_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    decision = make_decision(make_recognizer())
    async with agent(monkeypatch, status=202) as told, open_agents() as agents:
        await agents.tell("127.0.0.1", "secret", decision)
    assert told == [decision]


async def test_an_agent_that_does_not_know_the_token_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    async with agent(monkeypatch), open_agents() as agents:
        with pytest.raises(TokenUnknownError):
            await agents.report("127.0.0.1", "wrong")


@pytest.mark.parametrize("status", [302, 500])
async def test_an_agent_that_fails_is_an_error(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    async with agent(monkeypatch, status=status), open_agents() as agents:
        with pytest.raises(AgentError, match=f"answers {status} to GET"):
            await agents.report("127.0.0.1", "secret")


async def test_nonsense_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async with agent(monkeypatch, body=b"<html>"), open_agents() as agents:
        with pytest.raises(AgentError, match="is not JSON"):
            await agents.report("127.0.0.1", "secret")


async def test_silence_is_an_error_that_names_the_address() -> None:
    async with open_agents() as agents:
        with pytest.raises(AgentError, match=r"does not answer to GET http://\[::1\]:8080/status"):
            await agents.report("::1", "secret")


async def test_a_node_that_is_gone_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket whose queue is full leaves connections without an answer, as a dead node does."""
    monkeypatch.setattr(client, "_TIMEOUT", aiohttp.ClientTimeout(total=3, sock_connect=0.2))
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as waiting:
        monkeypatch.setattr(client, "AGENT_PORT", full.getsockname()[1])
        for _ in range(4):
            queued = waiting.enter_context(socket.socket())
            queued.setblocking(False)  # the standard library's own
            queued.connect_ex(full.getsockname())
        async with open_agents() as agents:
            with pytest.raises(UnreachableError, match="does not answer to GET"):
                await agents.report("127.0.0.1", "secret")
