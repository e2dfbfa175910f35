"""Asking the agents of a recognizer's pods, and telling them a decision, all at once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from platerec_operator.agents.port import AgentError, Agents, TokenUnknownError, UnreachableError
from platerec_operator.plan.members import Member
from platerec_operator.status.pods import Pod
from platerec_store.release.decision import Decision
from platerec_store.release.report import Report


@dataclass
class Answers:
    """What agents said, by pod; `silent` says why one did not."""

    reports: dict[str, Report] = field(default_factory=dict)
    silent: dict[str, str] = field(default_factory=dict)

    def members(self, pods: Sequence[Pod]) -> tuple[Member, ...]:
        """The pods as a decision needs them."""
        return tuple(Member(pod.name, pod.ready, self.reports.get(pod.name)) for pod in pods)


async def gather_answers(agents: Agents, pods: Sequence[Pod], token: str) -> Answers:
    """The reports of all pods that have an address.

    An agent that does not know the token is not silent: after a rotation the kubelet brings it within a minute or two,
    and until then the decision comes by its file.
    """
    answers = Answers()

    async def ask(pod: Pod, address: str) -> None:
        try:
            answers.reports[pod.name] = await _ask_twice(agents, address, token)
        except TokenUnknownError:
            return
        except AgentError as error:
            answers.silent[pod.name] = str(error)

    await asyncio.gather(*(ask(pod, pod.address) for pod in pods if pod.address))
    return answers


async def tell_fleet(agents: Agents, pods: Sequence[Pod], token: str, decision: Decision, answers: Answers) -> bool:
    """Tell the decision to all pods that answered and do not know it yet; whether there were any.

    Who misses it finds it in its file.
    """
    behind = [pod for pod in pods if pod.name in answers.reports and _is_behind(answers.reports[pod.name], decision)]

    async def tell(pod: Pod, address: str) -> None:
        try:
            await agents.tell(address, token, decision)
        except TokenUnknownError:
            return
        except AgentError as error:
            answers.silent[pod.name] = str(error)

    await asyncio.gather(*(tell(pod, pod.address) for pod in behind if pod.address))
    return bool(behind)


def _is_behind(report: Report, decision: Decision) -> bool:
    return (report.target, report.revision) != (decision.release, decision.revision)


async def _ask_twice(agents: Agents, address: str, token: str) -> Report:
    """A busy node may miss one request; that is no news."""
    try:
        return await agents.report(address, token)
    except (TokenUnknownError, UnreachableError):
        raise
    except AgentError:
        return await agents.report(address, token)
