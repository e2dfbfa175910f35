"""Agents over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from platerec_operator.agents.port import AgentError, TokenUnknownError, UnreachableError
from platerec_operator.render.names import AGENT_PORT
from platerec_store.release.decision import Decision
from platerec_store.release.document import DocumentError
from platerec_store.release.report import Report

_TIMEOUT = aiohttp.ClientTimeout(total=3, sock_connect=2)
"""Time for a second packet where the network loses the first."""


@asynccontextmanager
async def open_agents() -> AsyncIterator["HttpAgents"]:
    """A client whose connections end with the context."""
    async with aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=False) as session:
        yield HttpAgents(session)


class HttpAgents:
    """The port over HTTP, on the pods' own addresses."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def report(self, address: str, token: str) -> Report:
        """One GET."""
        answer = await self._request("GET", address, "/status", token)
        try:
            return Report.parse(answer, f"the report of {address}")
        except DocumentError as error:
            raise AgentError(str(error)) from error

    async def tell(self, address: str, token: str, decision: Decision) -> None:
        """One PUT."""
        await self._request("PUT", address, "/target", token, decision.to_json())

    async def _request(self, method: str, address: str, path: str, token: str, body: bytes | None = None) -> bytes:
        host = f"[{address}]" if ":" in address else address
        url = f"http://{host}:{AGENT_PORT}{path}"
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as response:
                answer = await response.read()
                if response.status == 401:
                    raise TokenUnknownError(f"The agent at {address} does not know the token.")
                if response.status >= 300:
                    raise AgentError(f"The agent answers {response.status} to {method} {url}.")
                return answer
        except (aiohttp.ClientError, OSError) as error:
            kind = UnreachableError if isinstance(error, aiohttp.ConnectionTimeoutError) else AgentError
            words = str(error) or "no answer in time"
            raise kind(f"The agent does not answer to {method} {url}: {words}.") from error
