"""What carries the effects of a swap out on disk and in Triton. It decides nothing.

It blocks, and runs in a thread of its own; the process may be killed at any point of it, and every effect may be
carried out twice.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from platerec_store.agent.board import Board
from platerec_store.agent.fetching import fetch_content, find_missing
from platerec_store.agent.resolving import StoreOpener
from platerec_store.disk.cache import BlobCache
from platerec_store.disk.repository import ModelRepository
from platerec_store.disk.space import check_space
from platerec_store.release.decision import Decision
from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Progress
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
from platerec_store.triton.port import Triton

_MOST_ENDS = 2
"""How often Triton may end while it loads the same files: once can be chance."""


class Superseded(Exception):  # noqa: N818 # no error: there is newer news
    """The decision that was being worked on is not in force any more."""


@dataclass(frozen=True)
class Tools:
    """What a worker works with."""

    cache: BlobCache
    repository: ModelRepository
    triton: Triton
    open_store: StoreOpener
    board: Board


@dataclass(frozen=True)
class Job:
    """What an effect is carried out for: where the swap stands, the decision, and whether it is still in force."""

    state: State
    decision: Decision | None
    in_force: Callable[[], bool]


class Worker:
    """Carries out one effect after the other."""

    def __init__(self, tools: Tools) -> None:
        self._cache = tools.cache
        self._repository = tools.repository
        self._triton = tools.triton
        self._open_store = tools.open_store
        self._board = tools.board
        # Only this process knows what it had Triton load. After a restart everything is loaded once more, which
        # Triton answers at once where the files are the same.
        self._loaded: dict[str, str] = {}
        self._ends: Counter[str] = Counter()
        self._swept: tuple[Wanted, ...] = ()

    def run(self, effect: Effect, job: Job) -> Event | None:
        """What came of an effect; None when nothing did, or not yet. FaultError says what is in the way.

        Superseded ends a fetch early.
        """
        match effect:
            case Fetch(wanted):
                self._fetch(wanted, job)
                return Fetched()
            case Load(wanted):
                for action in build_preparation(wanted, self._observe(wanted)):
                    self._do(action, job.state)
                return Loaded()
            case Check():
                return Checked()  # golden samples are not compared yet
            case Commit(wanted):
                self._converge(wanted, job.state)
                return Committed()
            case Retire(kept):
                return self._retire(kept, job.state)
            case Restore(wanted):
                self._converge(wanted, job.state)
                return None

    def ready(self) -> frozenset[str]:
        """The models that Triton serves."""
        return self._triton.ready()

    def _retire(self, kept: frozenset[str], state: State) -> Retired | None:
        """Unload what is left over, unless a request may still call it; then drop what is not needed from disk."""
        active = state.active
        if active is not None:
            self._converge(active, state)  # a plain repository's candidate was loaded under the same names
            if active.entry.name in self._triton.leaving() or not self._repository.pins.drained(active.pins_path):
                return None
        for name in sorted(self._triton.ready() - kept):
            self._loaded.pop(name, None)
            self._triton.unload(name)
        if active is not None and self._swept != state.served:
            self._repository.pins.sweep(active.pins_path)
            self._repository.sweep(frozenset(name for wanted in state.known for name in wanted.names))
            self._cache.sweep(frozenset(name for wanted in state.known for name in wanted.contents()))
            self._swept = state.served
        return Retired()

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

    def _fetch(self, wanted: Wanted, job: Job) -> None:
        """Have every content in the cache that a folder is still to be made of."""
        placed = self._repository.placed()
        models = [model for model in wanted.models if placed.get(model.name) != model.fingerprint]
        needed = {name: file for model in models for name, file in model.contents().items()}
        missing = find_missing(self._cache, needed.values())
        if not missing:
            return
        if job.decision is None:
            raise Superseded
        store = self._open_store(job.decision.source_of(wanted.manifest).s3)
        rest = sum(file.size - self._cache.done(file) for file in missing)
        self._check_space(rest, models, wanted.release)
        total = sum(file.size for file in wanted.contents().values())
        done = total - rest

        def heard(size: int) -> None:
            nonlocal done
            done += size
            self._board.progress(Progress(done=min(done, total), total=total))
            if not job.in_force():
                raise Superseded

        heard(0)
        for file in missing:
            fetch_content(store, self._cache, file, heard)
        self._board.progress(None)

    def _check_space(self, rest: int, models: Iterable[WantedModel], release: str) -> None:
        purpose = f"release {release!r}"
        check_space(self._cache.root, rest, purpose)
        if not self._repository.can_link:
            copies = sum(file.size for model in models for file in model.files)
            check_space(self._repository.root, copies, purpose)

    def _do(self, action: Action, state: State) -> None:
        match action:
            case Place(model):
                self._repository.place(model)
            case LoadModel(model):
                self._load(model, state)
            case Pin(path, pins):
                self._repository.pins.commit(path, pins)

    def _load(self, model: WantedModel, state: State) -> None:
        try:
            self._triton.load(model.name)
        except FaultError as error:
            # A refused model leaves what served before; after silence nobody knows.
            if error.reason != Reason.MODEL_REFUSED:
                self._loaded.pop(model.name, None)
                self._blame(model, state, error)
            raise
        if model.name not in self._triton.ready():
            message = f"Triton loaded model {model.name!r}, but none of its versions serves."
            raise FaultError(Reason.MODEL_REFUSED, message)
        self._loaded[model.name] = model.fingerprint
        del self._ends[model.fingerprint]

    def _blame(self, model: WantedModel, state: State, error: FaultError) -> None:
        """Refuse a model that ends Triton again and again: trying on would take what serves away each time."""
        if any(model in wanted.models for wanted in state.served):
            return  # it has served here: something else is wrong
        self._ends[model.fingerprint] += 1
        if self._ends[model.fingerprint] >= _MOST_ENDS:
            message = f"Triton ended {_MOST_ENDS} times while it loaded model {model.name!r}: {error.message}"
            raise FaultError(Reason.MODEL_REFUSED, message) from error
