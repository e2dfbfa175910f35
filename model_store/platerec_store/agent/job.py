"""What an effect is carried out for."""

from collections.abc import Callable
from dataclasses import dataclass

from platerec_store.release.decision import Decision
from platerec_store.swap.state import State


class Superseded(Exception):  # noqa: N818 # no error: there is newer news
    """The decision that was being worked on is not in force any more, or what serves must be brought back first."""


@dataclass(frozen=True)
class Job:
    """Where the swap stands, the decision, and whether there is nothing more urgent than to carry it out."""

    state: State
    decision: Decision | None
    in_force: Callable[[], bool]
