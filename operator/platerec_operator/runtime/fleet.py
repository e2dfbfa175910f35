"""Asking the agents of a recognizer's pods, all at once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from platerec_operator.agents.port import AgentError, Agents, TokenUnknownError
from platerec_operator.status.pods import Pod
from platerec_store.release.decision import Decision
from platerec_store.release.report import Report


@dataclass
class Answers:
    """What agents said, by pod; `silent` says why one did not."""

    reports: dict[str, Report] = field(default_factory=dict)
    silent: dict[str, str] = field(default_factory=dict)


async def gather_answers(
    agents: Agents, pods: Sequence[Pod], token: str, decision: Decision | None, *, changed: bool
) -> Answers:
    """The reports of all pods that have an address. Who does not know the decision, or all when it changed, is told.

    An agent that does not know the token is not silent: after a rotation the kubelet brings it within a minute or two,
    and until then the decision comes by its file.
    """
    answers = Answers()

    async def ask(pod: Pod, address: str) -> None:
        try:
            report = await _ask_twice(agents, address, token)
            if decision and (changed or report.target != decision.release):
                await agents.tell(address, token, decision)
            answers.reports[pod.name] = report
        except TokenUnknownError:
            return
        except AgentError as error:
            answers.silent[pod.name] = str(error)

    await asyncio.gather(*(ask(pod, pod.address) for pod in pods if pod.address))
    return answers


async def _ask_twice(agents: Agents, address: str, token: str) -> Report:
    """A busy node may miss one request; that is no news."""
    try:
        return await agents.report(address, token)
    except TokenUnknownError:
        raise
    except AgentError:
        return await agents.report(address, token)
