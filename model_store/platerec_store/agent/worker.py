"""What carries the effects of a swap out on disk and in Triton. It decides nothing.

It blocks, and runs in a thread of its own; the process may be killed at any point of it, and every effect may be
carried out twice.
"""

from platerec_store.agent.blame import Blame
from platerec_store.agent.checking import Checker
from platerec_store.agent.fetching import Fetcher
from platerec_store.agent.job import Job
from platerec_store.agent.keeping import Keeper
from platerec_store.agent.loading import Loader
from platerec_store.agent.retiring import Retirer
from platerec_store.agent.tools import Tools
from platerec_store.agent.traffic import Meter
from platerec_store.agent.trial import Trial
from platerec_store.swap.machine import (
    Check,
    Checked,
    Commit,
    Committed,
    Effect,
    Event,
    Fetch,
    Fetched,
    Load,
    Loaded,
    Restore,
    Restored,
    Retire,
    Retired,
)


class Worker:
    """Carries out one effect after the other."""

    def __init__(self, tools: Tools, meter: Meter, keeper: Keeper) -> None:
        trial, blame = Trial(tools.repository, tools.triton), Blame()
        self._meter = meter
        self._fetcher = Fetcher(tools.cache, tools.repository, tools.open_store, tools.board)
        self._loader = Loader(tools, trial, blame)
        self._checker = Checker(tools, self._fetcher, trial, blame, meter)
        self._retirer = Retirer(tools, self._loader, keeper)

    def run(self, effect: Effect, job: Job) -> Event | None:
        """What came of an effect; None when nothing did yet. FaultError says what is in the way.

        Superseded ends a fetch early.
        """
        match effect:
            case Fetch(wanted):
                self._fetcher.fetch_models(wanted, job)
                return Fetched()
            case Load(wanted):
                self._retirer.unload_leftovers(job.state.loaded, job.state)
                self._fetcher.fetch_models(wanted, job)
                self._loader.load_beside(wanted, job.state)
                return Loaded()
            case Check(wanted, active):
                self._checker.check(wanted, active, job)
                return Checked()
            case Commit(wanted):
                counters = self._meter.counters(wanted)
                self._loader.converge(wanted, job.state)
                return Committed(counters)
            case Retire(kept):
                return Retired() if self._retirer.retire(kept, job.state) else None
            case Restore(wanted):
                self._loader.converge(wanted, job.state)
                return Restored()
