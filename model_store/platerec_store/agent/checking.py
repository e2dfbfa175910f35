"""The check of a candidate: its pipeline reads the golden samples under a name that takes no traffic."""

import time
from collections.abc import Sequence

from platerec_store.agent.blame import Blame
from platerec_store.agent.fetching import Fetcher
from platerec_store.agent.job import Job
from platerec_store.agent.tools import Tools
from platerec_store.agent.traffic import Meter
from platerec_store.agent.trial import Trial
from platerec_store.disk.picture import read_picture
from platerec_store.release.decision import Gate
from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.swap.gate import Reading, judge_latency, judge_readings
from platerec_store.swap.wanted import Wanted, WantedSample
from platerec_store.triton.port import AnswerError, Frame

_LOOKS = 3
"""How often a candidate that seems slow is timed again: other work on the node is no verdict."""
_ROUNDS = 5


class Checker:
    """Checks candidates whose sub-models are loaded."""

    def __init__(self, tools: Tools, fetcher: Fetcher, trial: Trial, blame: Blame, meter: Meter) -> None:
        self._cache = tools.cache
        self._triton = tools.triton
        self._fetcher = fetcher
        self._trial = trial
        self._blame = blame
        self._meter = meter

    def check(self, wanted: Wanted, active: Wanted | None, job: Job) -> None:
        """FaultError (GateFailed) when the candidate must not serve; it is the release's own fault.

        A release that has baked elsewhere, or that the fleet serves, needs no check on this pod.
        """
        decision = job.decision
        if decision is None or decision.baked or decision.manifest != wanted.manifest:
            return
        self._fetcher.fetch_pictures(wanted, job)
        missing = wanted.beneath - self._triton.ready()
        if missing and not wanted.in_place:
            message = f"Triton restarted: {', '.join(sorted(missing))} must be loaded again."
            raise FaultError(Reason.TRITON_UNAVAILABLE, message)
        with self._meter.leaving_out(active), self._blame.on(f"tried release {wanted.release!r}", wanted.manifest):
            self._check_samples(wanted, active, decision.gate)

    def _check_samples(self, wanted: Wanted, active: Wanted | None, gate: Gate) -> None:
        if not wanted.samples:
            return
        with self._trial.of(wanted):
            self._check_readings(wanted, gate)
            if active is not None:
                self._check_latency(wanted, active, gate)

    def _check_readings(self, wanted: Wanted, gate: Gate) -> None:
        answers = [(sample, self._read(wanted, sample)) for sample in wanted.samples]
        if verdict := judge_readings(answers, gate):
            raise _failed(wanted, verdict)

    def _read(self, wanted: Wanted, sample: WantedSample) -> Sequence[Reading]:
        """What the candidate sees; asked again before its silence is a verdict, for the node may be overloaded."""
        frame = self._frame(sample)
        for look in range(_LOOKS):
            try:
                return self._triton.recognize(wanted.trial.name, frame)
            except AnswerError as error:
                if look == _LOOKS - 1:
                    raise _failed(wanted, f"its pipeline does not answer a golden sample: {error}") from error
        return ()

    def _check_latency(self, wanted: Wanted, active: Wanted, gate: Gate) -> None:
        verdict = None
        for _ in range(_LOOKS):
            try:
                verdict = judge_latency(*self._time(wanted, active), gate)
            except AnswerError:
                return  # either of the two is too busy to be compared; what the candidate reads is known to be right
            if verdict is None:
                return
        raise _failed(wanted, str(verdict))

    def _time(self, wanted: Wanted, active: Wanted) -> tuple[float, float]:
        """Seconds for all pictures by the candidate and by the release that serves: of several, the quickest."""
        sums = {wanted.trial.name: 0.0, active.entry.name: 0.0}
        for sample in wanted.samples:
            frame = self._frame(sample)
            quickest = dict.fromkeys(sums, float("inf"))
            for _ in range(_ROUNDS):
                for name, before in quickest.items():
                    began = time.monotonic()
                    self._triton.recognize(name, frame)
                    quickest[name] = min(before, time.monotonic() - began)
            sums = {name: total + quickest[name] for name, total in sums.items()}
        return sums[wanted.trial.name], sums[active.entry.name]

    def _frame(self, sample: WantedSample) -> Frame:
        """A picture, decoded each time it is needed: all of them together would take the agent's memory."""
        return read_picture(self._cache.path(sample.picture))


def _failed(wanted: Wanted, why: str) -> FaultError:
    return FaultError(Reason.GATE_FAILED, f"Release {wanted.release!r} may not serve: {why}")
