"""What the operator asks of an agent."""

from typing import Protocol

from platerec_store.release.decision import Decision
from platerec_store.release.report import Report


class AgentError(Exception):
    """An agent does not answer, or not as it should; the message is one sentence."""


class UnreachableError(AgentError):
    """There is not even a connection in time, as when its node is gone: no use to ask again at once."""


class TokenUnknownError(AgentError):
    """The agent does not know the token (yet)."""


class Agents(Protocol):
    """All agents, each by its pod's address. Methods raise AgentError and nothing else."""

    async def report(self, address: str, token: str) -> Report:
        """`GET /status`."""

    async def tell(self, address: str, token: str, decision: Decision) -> None:
        """`PUT /target`: the decision, sooner than the kubelet brings it."""
