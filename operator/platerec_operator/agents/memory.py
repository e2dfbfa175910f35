"""Agents in memory, for tests."""

from platerec_operator.agents.port import AgentError, TokenUnknownError
from platerec_store.release.decision import Decision
from platerec_store.release.report import Report


class MemoryAgents:
    """`reports` by address; an address without one does not answer. `told` remembers the decisions.

    `token`, when it is set, is the only one that the agents know.
    """

    def __init__(self) -> None:
        self.reports: dict[str, Report] = {}
        self.told: list[tuple[str, Decision]] = []
        self.token: str | None = None

    async def report(self, address: str, token: str) -> Report:
        """The report, if the caller has a token."""
        if self.token not in (None, token):
            raise TokenUnknownError(f"The agent at {address} does not know the token.")
        if not token or address not in self.reports:
            raise AgentError(f"The agent does not answer to GET http://{address}/status.")
        return self.reports[address]

    async def tell(self, address: str, token: str, decision: Decision) -> None:
        """Remember it; the next report says that the agent knows it."""
        report = await self.report(address, token)
        self.told.append((address, decision))
        known = {"target": decision.release, "revision": decision.revision}
        self.reports[address] = report.model_copy(update=known)
