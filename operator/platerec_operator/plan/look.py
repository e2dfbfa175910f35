"""All that a decision is made of. Pure."""

from dataclasses import dataclass
from datetime import datetime

from platerec_operator.api.lookup import Lookup
from platerec_operator.api.recognizer import Recognizer
from platerec_operator.plan.members import Member
from platerec_operator.plan.remembered import Rollout
from platerec_store.release.decision import Decision


@dataclass(frozen=True)
class Look:
    """What is asked for, what was decided, what store and pods say.

    `rolled_out`: all pods are of the template by which they were last replaced.
    """

    recognizer: Recognizer
    held: Decision | None
    lookup: Lookup
    members: tuple[Member, ...]
    rollout: Rollout
    now: datetime
    rolled_out: bool = False
