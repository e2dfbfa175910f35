from collections.abc import Iterable

from platerec_operator.agents.memory import MemoryAgents
from platerec_operator.agents.port import AgentError, UnreachableError
from platerec_operator.runtime.fleet import gather_answers
from platerec_operator.status.pods import Pod
from platerec_store.release.report import Report

POD = Pod("gate-1", "10.0.0.7", ready=True, trouble=None)
REPORT = Report(active="2026.11.3")


class FaultyAgents(MemoryAgents):
    """Agents that fail so often before they answer."""

    def __init__(self, errors: Iterable[AgentError]) -> None:
        super().__init__()
        self.reports["10.0.0.7"] = REPORT
        self.errors = list(errors)

    async def report(self, address: str, token: str) -> Report:
        if self.errors:
            raise self.errors.pop(0)
        return await super().report(address, token)


async def test_one_request_that_an_agent_misses_is_no_news() -> None:
    answers = await gather_answers(FaultyAgents([AgentError("no answer in time")]), [POD], "token")
    assert (answers.reports, answers.silent) == ({"gate-1": REPORT}, {})


async def test_an_agent_that_misses_two_is_silent() -> None:
    answers = await gather_answers(FaultyAgents([AgentError("once"), AgentError("twice")]), [POD], "token")
    assert (answers.reports, answers.silent) == ({}, {"gate-1": "twice"})


async def test_a_node_that_is_gone_is_not_waited_for_twice() -> None:
    answers = await gather_answers(FaultyAgents([UnreachableError("no connection")]), [POD], "token")
    assert (answers.reports, answers.silent) == ({}, {"gate-1": "no connection"})
