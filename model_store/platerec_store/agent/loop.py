"""Turn after turn: tell the machine what is decided and what happened, wait after a fault, keep serving meanwhile."""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from platerec_store.agent.inbox import Inbox
from platerec_store.agent.job import Job, Superseded
from platerec_store.agent.keeping import Keeper
from platerec_store.agent.metrics import FAULTS
from platerec_store.agent.resolving import Resolver
from platerec_store.agent.tools import Tools
from platerec_store.agent.traffic import Meter
from platerec_store.agent.watch import Watch
from platerec_store.agent.worker import Worker
from platerec_store.release.decision import Decision
from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.swap.machine import (
    Again,
    Check,
    Commit,
    Decided,
    Effect,
    Event,
    Failed,
    Load,
    Restarted,
    Retire,
    step,
)
from platerec_store.swap.retry import build_delay
from platerec_store.swap.state import State

_log = logging.getLogger("platerec.agent")

_HURRY_SECONDS = 0.2
"""Between turns while a swap is under way."""


class Loop:
    """Drives a pod's swap by what an inbox says."""

    def __init__(
        self,
        inbox: Inbox,
        tools: Tools,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._inbox = inbox
        self._board = tools.board
        self._repository = tools.repository
        self._triton = tools.triton
        self._watch = Watch(tools.triton, clock)
        self._meter = Meter(tools.triton)
        self._keeper = Keeper(tools, clock)
        self._worker = Worker(tools, self._meter, self._keeper)
        self._resolver = Resolver(tools.open_store)
        self._clock = clock
        self._wall = wall
        self._state = tools.repository.state()
        self._tried: Decision | None = None
        self._fault: FaultError | None = None
        self._attempts = 0
        self._due: float | None = 0.0
        self._superseded = False
        self._rest = _HURRY_SECONDS
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Have the next turn at once; to be called from the event loop."""
        self._news.set()

    async def watch(self, poll_seconds: float) -> None:
        """Look at the decision's file for ever, also while a turn works on an older one."""
        while True:
            if await asyncio.to_thread(self._inbox.look):
                self.wake()
            await asyncio.sleep(poll_seconds)

    async def run(self, poll_seconds: float) -> None:
        """Take turns for ever: at news, and every few seconds to see whether Triton restarted."""
        while True:
            self._news.clear()
            before = self._state
            await asyncio.to_thread(self.turn)
            self._rest = self._find_rest(before, poll_seconds)
            try:
                await asyncio.wait_for(self._news.wait(), self._rest)
            except TimeoutError:
                continue

    def turn(self) -> None:
        """Obey the decision in force, or keep what serves until it is time to try again. Never raises a fault."""
        decision = self._inbox.decision
        if decision != self._tried:
            self._tried, self._fault, self._attempts, self._due = decision, None, 0, self._clock()
        trouble: FaultError | None = None
        self._superseded = False
        try:
            with _faults():
                self._keeper.keep(self._state)
                trouble = self._revive_for(decision)
                if decision is not None and self._is_due():
                    self._obey(decision)
                elif self._state.step == "Retire":
                    self._send(Again())
                self._say()
        except Superseded:
            self._superseded = True
            return
        except FaultError as error:
            trouble = error
            self._say_what_is_left()
        self._board.fault(self._fault or self._inbox.fault or trouble)

    def _revive_for(self, decision: Decision | None) -> FaultError | None:
        """Bring back what served; when that cannot be done, why, if the decision asks for something else anyway."""
        try:
            self._revive()
        except FaultError as error:
            active = self._state.active
            if error.reason == Reason.TRITON_UNAVAILABLE or decision is None or (active and active.answers(decision)):
                raise
            self._watch.begin(frozenset())
            return error
        self._watch.begin(self._state.active.names if self._state.active else frozenset())
        return None

    def _revive(self) -> None:
        """After a restart of Triton: what served comes first."""
        state = self._state
        needed = state.active.names if state.active else frozenset()
        if state.candidate and not state.candidate.in_place and state.step in ("Check", "Prepared", "Commit"):
            needed |= state.candidate.beneath
        if needed and not needed <= self._triton.ready():
            self._send(Restarted(self._meter.seen(state)))
            self._say()

    def _obey(self, decision: Decision) -> None:
        self._board.target(decision.release, decision.revision)
        active = self._state.active
        if decision.replaces and active is not None and not active.answers(decision):
            self._send(Decided(active, decision.revision))  # another pod will serve it
            return
        try:
            with _faults():
                decided, trouble = self._resolver.resolve(decision, self._state)
                self._send(replace(decided, recent=self._meter.recent()))
                if trouble:
                    raise trouble
        except FaultError as error:
            self._stumble(error, decision)
            raise
        self._fault, self._attempts = None, 0

    def _send(self, event: Event) -> None:
        """Tell the machine, and carry out what it asks for until nothing is left or something fails."""
        effects = self._step(event)
        while effects:
            effect, *rest = effects
            job = Job(self._state, self._tried, self._in_force)
            if isinstance(effect, Load | Check | Commit) and not job.in_force():
                raise Superseded
            try:
                with _faults():
                    outcome = self._worker.run(effect, job)
            except FaultError as error:
                error.manifest = None if isinstance(effect, Retire) else effect.wanted.manifest
                with suppress(FaultError):  # the first one is said; what it left behind is seen to again
                    self._send(Failed(effect, error.fault()))
                raise
            effects = (*(self._step(outcome) if outcome else ()), *rest)

    def _in_force(self) -> bool:
        return self._inbox.decision == self._tried and not self._watch.lost()

    def _step(self, event: Event) -> tuple[Effect, ...]:
        """The machine's next step, saved before anything of it is done."""
        state, effects = step(self._state, event, self._wall())
        if state != self._state:
            self._repository.remember(state)
            self._state = state
            self._keeper.keep(state)
        if state.step == "Idle" != self._board.report.step:
            self._say()  # who sees that all is done must not see models that are gone
        self._board.swap(state)
        return effects

    def _say(self) -> None:
        """Report what Triton serves."""
        active, ready = self._state.active, self._triton.ready()
        bake = self._meter.measure(self._state, self._clock(), self._wall())
        self._board.serving(active if active and active.names <= ready else None, ready, bake)

    def _say_what_is_left(self) -> None:
        """After a fault: what Triton still serves, if it answers."""
        try:
            with _faults():
                self._say()
        except FaultError as error:
            if error.reason == Reason.TRITON_UNAVAILABLE:
                self._board.serving(None, frozenset(), None)

    def _is_due(self) -> bool:
        return self._due is not None and self._clock() >= self._due

    def _find_rest(self, before: State, poll_seconds: float) -> float:
        """Seconds until the next turn. A request that hangs may keep an old release for hours: less and less often."""
        if self._superseded or self._state != before:
            return _HURRY_SECONDS
        if self._state.step == "Retire":
            return min(2 * self._rest, poll_seconds)
        if self._due is None or self._fault is None:
            return poll_seconds
        return min(poll_seconds, max(self._due - self._clock(), _HURRY_SECONDS))

    def _stumble(self, error: FaultError, decision: Decision) -> None:
        FAULTS.labels(error.reason).inc()
        self._fault = error
        self._attempts += 1
        delay = build_delay(error.fault(), decision, self._attempts, random.random())  # noqa: S311 # jitter is no secret
        self._due = None if delay is None else self._clock() + delay


@contextmanager
def _faults() -> Iterator[None]:
    """Whatever goes wrong is a fault, and the agent goes on: one that ends again and again takes a serving pod away.

    What goes wrong with files, other than a full volume, is a matter of the pod's volumes.
    """
    try:
        yield
    except (FaultError, Superseded):
        raise
    except OSError as error:
        message = f"A volume of the pod cannot be used: {error}."
        raise FaultError(Reason.VOLUME_UNUSABLE, message) from error
    except Exception as error:
        _log.exception("what nobody foresaw")
        message = f"The agent cannot work on the decision, for a {type(error).__name__} that its log tells more about."
        raise FaultError(Reason.AGENT_FAULT, message) from error
