"""What carries the effects of a swap out on disk and in Triton. It decides nothing.

It blocks, and runs in a thread of its own; the process may be killed at any point of it, and every effect may be
carried out twice.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from platerec_store.agent.board import Board
from platerec_store.agent.checking import Checker
from platerec_store.agent.fetching import Fetcher
from platerec_store.agent.headroom import Headroom
from platerec_store.agent.job import Job
from platerec_store.agent.resolving import StoreOpener
from platerec_store.agent.traffic import TrafficMeter
from platerec_store.disk.cache import BlobCache
from platerec_store.disk.repository import ModelRepository
from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Bake
from platerec_store.release.traffic import Traffic
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
    Retire,
    Retired,
    State,
)
from platerec_store.swap.plan import Action, LoadModel, Pin, Place, Pod, build_plan, build_preparation
from platerec_store.swap.wanted import Wanted, WantedModel
from platerec_store.triton.port import Triton, TritonError

_MOST_ENDS = 2
"""How often Triton may end over the same models: once can be chance."""


@dataclass(frozen=True)
class Tools:
    """What a worker works with."""

    cache: BlobCache
    repository: ModelRepository
    triton: Triton
    open_store: StoreOpener
    board: Board
    headroom: Headroom


class Worker:
    """Carries out one effect after the other."""

    def __init__(self, tools: Tools) -> None:
        self._cache = tools.cache
        self._repository = tools.repository
        self._triton = tools.triton
        self._fetcher = Fetcher(tools.cache, tools.repository, tools.open_store, tools.board)
        self._checker = Checker(tools.cache, tools.repository, tools.triton)
        self._meter = TrafficMeter()
        self._headroom = tools.headroom
        # Only this process knows what it had Triton load. After a restart everything is loaded once more, which
        # Triton answers at once where the files are the same.
        self._loaded: dict[str, str] = {}
        self._ends: Counter[str] = Counter()

    def run(self, effect: Effect, job: Job) -> Event | None:
        """What came of an effect; None when nothing did, or not yet. FaultError says what is in the way.

        Superseded ends a fetch early.
        """
        match effect:
            case Fetch(wanted):
                self._fetcher.fetch_models(wanted, job)
                return Fetched()
            case Load(wanted):
                self._unload_leftovers(job.state.loaded, job.state)
                self._fetcher.fetch_models(wanted, job)
                self._load_beside(wanted, job.state)
                return Loaded()
            case Check(wanted, active):
                self._check(wanted, active, job)
                return Checked()
            case Commit(wanted):
                counters = self._counters(wanted)
                self._converge(wanted, job.state)
                return Committed(self._meter.recent(), counters)
            case Retire(kept):
                return self._retire(kept, job.state)
            case Restore(wanted):
                self._converge(wanted, job.state)
                return None

    def ready(self) -> frozenset[str]:
        """The models that Triton serves."""
        return self._triton.ready()

    def measure(self, state: State, now: float) -> Bake | None:
        """How the active release does, against the minutes before it; None while nothing serves."""
        active = state.active
        counters = self._triton.traffic(active.entry.name, active.release) if active else None
        if active is None or counters is None:
            return None
        self._meter.look(now, active.release, counters)
        return Bake(before=state.before, since=counters.since(state.counters))

    def _counters(self, wanted: Wanted | None) -> Traffic:
        return (self._triton.traffic(wanted.entry.name, wanted.release) if wanted else None) or Traffic()

    def _load_beside(self, wanted: Wanted, state: State) -> None:
        """Load what can be loaded without touching what serves."""
        pod = self._observe(wanted)
        if wanted.in_place and state.active is not None:
            changed = [model for model in wanted.models if pod.loaded.get(model.name) != model.fingerprint]
            for model in changed:
                with self._blaming(f"tried model {model.name!r}", model.fingerprint):
                    self._checker.try_model(model)
            return
        actions = build_preparation(wanted, pod)
        if state.active is not None:
            loads = [action.model for action in actions if isinstance(action, LoadModel)]
            _check_names(wanted, state.active)
            self._headroom.check(wanted.release, [model for model in loads if model.name not in pod.ready])
        for action in actions:
            self._do(action, state)

    def _check(self, wanted: Wanted, active: Wanted | None, job: Job) -> None:
        """A release that has baked elsewhere, or that the fleet serves, needs no check on this pod."""
        decision = job.decision
        if decision is None or decision.baked or decision.manifest != wanted.manifest:
            return
        self._fetcher.fetch_pictures(wanted, job)
        missing = wanted.beneath - self._triton.ready()
        if missing and not wanted.in_place:
            message = f"Triton restarted: {', '.join(sorted(missing))} must be loaded again."
            raise FaultError(Reason.TRITON_UNAVAILABLE, message)
        began = self._counters(active)
        with self._blaming(f"tried release {wanted.release!r}", wanted.manifest):
            self._checker.check(wanted, active, decision.gate)
        self._meter.leave_out(self._counters(active).since(began))

    def _retire(self, kept: frozenset[str], state: State) -> Retired | None:
        """Unload what is left over, unless a request may still call it; then drop what is not needed from disk."""
        active = state.active
        if active is not None:
            self._converge(active, state)  # a plain repository's candidate was loaded under the same names
        if not self._unload_leftovers(kept, state):
            return None
        if active is not None:
            self._repository.pins.sweep(active.pins_path)
            self._repository.sweep(frozenset(name for wanted in state.known for name in wanted.names))
            kept_files = [wanted.contents().keys() | wanted.pictures().keys() for wanted in state.known]
            self._cache.sweep(frozenset().union(*kept_files))
        return Retired()

    def _unload_leftovers(self, kept: frozenset[str], state: State) -> bool:
        """Unload all but these, unless a request may still call them; whether it did."""
        active = state.active
        if active is not None and not self._is_drained(active):
            return False
        for name in sorted(self._triton.ready() - kept):
            self._loaded.pop(name, None)
            self._triton.unload(name)
        return True

    def _is_drained(self, active: Wanted) -> bool:
        """Whether every request is answered by the active release."""
        drained = self._repository.pins.drained(active.pins_path)
        return drained and active.entry.name not in self._triton.leaving()

    def _converge(self, wanted: Wanted, state: State) -> None:
        while actions := build_plan(wanted, self._observe(wanted)):
            for action in actions:
                self._do(action, state)

    def _observe(self, wanted: Wanted) -> Pod:
        return Pod(
            placed=self._repository.placed(),
            ready=self._triton.ready(),
            loaded=dict(self._loaded),
            pins=self._repository.pins.read(wanted.pins_path),
        )

    def _do(self, action: Action, state: State) -> None:
        match action:
            case Place(model):
                self._repository.place(model)
            case LoadModel(model):
                self._load(model, state)
            case Pin(path, pins):
                self._repository.pins.commit(path, pins)

    def _load(self, model: WantedModel, state: State) -> None:
        # A model that has served here is not to blame for a Triton that ends.
        has_served = any(model in wanted.models for wanted in state.served)
        blaming = nullcontext() if has_served else self._blaming(f"loaded model {model.name!r}", model.fingerprint)
        with blaming:
            try:
                self._triton.load(model.name)
            except TritonError as error:
                # A refused model leaves what served before; after silence nobody knows.
                if error.reason == Reason.TRITON_UNAVAILABLE:
                    self._loaded.pop(model.name, None)
                raise
        if model.name not in self._triton.ready():
            message = f"Triton loaded model {model.name!r}, but none of its versions serves."
            raise FaultError(Reason.MODEL_REFUSED, message)
        self._loaded[model.name] = model.fingerprint

    @contextmanager
    def _blaming(self, what: str, key: str) -> Iterator[None]:
        """Should Triton end in this again and again, it is refused: trying on would take what serves away each time."""
        try:
            yield
        except TritonError as error:
            if error.reason != Reason.TRITON_UNAVAILABLE:
                raise
            self._ends[key] += 1
            if self._ends[key] < _MOST_ENDS:
                raise
            message = f"Triton ended {_MOST_ENDS} times while it {what}: {error.message}"
            raise FaultError(Reason.MODEL_REFUSED, message) from error
        del self._ends[key]


def _check_names(wanted: Wanted, active: Wanted) -> None:
    """FaultError when loading a model would replace one that serves: a version of a model never changes."""
    serving = {model.name: model.fingerprint for model in active.models[:-1]}
    for model in wanted.models[:-1]:
        if serving.get(model.name, model.fingerprint) != model.fingerprint:
            message = (
                f"Model {model.name!r} of release {wanted.release!r} is not the one of that name in release "
                f"{active.release!r}, which serves: publish it under another version."
            )
            raise FaultError(Reason.MODEL_REFUSED, message)
