"""The swap of a pod as a state machine: where it stands, what happened, what to do next. Pure.

    Fetch -> Load -> Check -> Prepared -> Commit -> Retire -> Idle

The state is saved before the effects are carried out, and every effect may be carried out twice: an agent that was
killed at any point goes on where it was. What serves is touched by Commit alone, and by Restore, which brings it back.
"""

from dataclasses import dataclass

from platerec_store.release.report import Fault, Step
from platerec_store.release.traffic import Traffic
from platerec_store.swap.state import NO_TRAFFIC, State
from platerec_store.swap.wanted import Wanted


@dataclass(frozen=True)
class Decided:
    """What shall be served; with `holds`, prepared beside `base`, which shall be served until then.

    `recent`: what requests came to in the last minutes.
    """

    wanted: Wanted
    revision: int = 0
    holds: bool = False
    base: Wanted | None = None
    keeps_previous: bool = False
    recent: Traffic = NO_TRAFFIC


@dataclass(frozen=True)
class Again:
    """It is time to go on: the agent started, or what was in the way may be gone."""


@dataclass(frozen=True)
class Restarted:
    """Triton restarted, and has nothing loaded. `seen`: what requests came to since the commit, as far as was seen."""

    seen: Traffic = NO_TRAFFIC


@dataclass(frozen=True)
class Restored:
    """What serves is back."""


@dataclass(frozen=True)
class Fetched:
    """The candidate's files are here."""


@dataclass(frozen=True)
class Loaded:
    """Triton has the candidate's sub-models loaded beside what serves."""


@dataclass(frozen=True)
class Checked:
    """The candidate answers its golden samples as it should."""


@dataclass(frozen=True)
class Committed:
    """The candidate answers the requests from here on; `counters` as in the state."""

    counters: Traffic = NO_TRAFFIC


@dataclass(frozen=True)
class Retired:
    """No request of an old release is in flight, and what was left over is unloaded."""


@dataclass(frozen=True)
class Fetch:
    """Have all files of the release in the cache."""

    wanted: Wanted


@dataclass(frozen=True)
class Load:
    """Have Triton load its sub-models, under names of their own."""

    wanted: Wanted


@dataclass(frozen=True)
class Check:
    """Compare its answers with its golden samples, and how fast they come with the active release."""

    wanted: Wanted
    active: Wanted | None


@dataclass(frozen=True)
class Commit:
    """Let it answer."""

    wanted: Wanted


@dataclass(frozen=True)
class Retire:
    """Wait for the requests of old releases, then unload all models but these."""

    kept: frozenset[str]


@dataclass(frozen=True)
class Restore:
    """Bring back what serves: its models, its pins, its pipeline."""

    wanted: Wanted


Effect = Fetch | Load | Check | Commit | Retire | Restore


@dataclass(frozen=True)
class Failed:
    """An effect could not be carried out."""

    effect: Effect
    fault: Fault


Event = Decided | Again | Restarted | Restored | Fetched | Loaded | Checked | Committed | Retired | Failed


def step(state: State, event: Event, now: float) -> tuple[State, tuple[Effect, ...]]:
    """The state after an event, and what is to be done now. An event that does not fit the step changes nothing."""
    match event:
        case Decided():
            return _onwards(_decide(state, event))
        case Again():
            return _onwards(state)
        case Restarted(seen):
            return _restart(state, seen)
        case Restored() if state.serves_since is None:
            return state.model_copy(update={"serves_since": now}), ()
        case Failed(effect, fault):
            return _stumble(state, effect) if fault.transient else _refuse(state, effect)
        case _:
            after = _advance(state, event, now)
            return (state, ()) if after == state else _onwards(after)


def _advance(state: State, event: Event, now: float) -> State:
    """The state after an effect was carried out."""
    match event:
        case Fetched() if state.step == "Fetch":
            return _at(state, "Load")
        case Loaded() if state.step == "Load" and state.candidate:
            return _ready(state) if state.serves(state.candidate) else _at(state, "Check")
        case Checked() if state.step == "Check":
            return _ready(state)
        case Committed() if state.step == "Commit":
            return _commit(state, event, now)
        case Retired() if state.step == "Retire":
            return _at(state, "Idle")
        case _:
            return state


def _decide(state: State, event: Decided) -> State:
    if 0 < event.revision < state.revision:
        return state  # older news, on its way for longer
    aim, holds = event.wanted, event.holds
    if holds and event.base and event.base != state.active:
        aim, holds = event.base, False  # the pod joins in the middle: first what the others serve
    following = state.model_copy(
        update={"revision": event.revision, "holds": holds, "keeps_previous": event.keeps_previous}
    )
    if aim == state.active:
        moved = state.candidate is not None or state.keeps_previous != event.keeps_previous
        return _at(following.model_copy(update={"candidate": None}), "Retire" if moved else state.step)
    if aim == state.candidate:
        return _ready(following) if state.step == "Prepared" else following
    return _at(following.model_copy(update={"candidate": aim, "calm": event.recent}), "Fetch")


def _restart(state: State, seen: Traffic) -> tuple[State, tuple[Effect, ...]]:
    """What serves comes back at once; what was loaded beside it is loaded again when it goes on.

    One that could not be brought back yet has not served again, so this is the restart that is counted already.
    """
    anew = state
    if state.serves_since is not None:
        # Triton counts from the beginning again.
        counts = {"serves_since": None, "restarts": state.restarts + 1, "earlier": seen, "counters": NO_TRAFFIC}
        anew = state.model_copy(update=counts)
    after = _at(anew, "Load") if state.step in ("Check", "Prepared", "Commit") else anew
    return after, (Restore(state.active),) if state.active else ()


def _stumble(state: State, effect: Effect) -> tuple[State, tuple[Effect, ...]]:
    """All is as it was, and tried again later; of models that keep their names, none may stay half committed."""
    halfway = isinstance(effect, Commit) and effect.wanted.in_place and state.active
    return state, (Restore(state.active),) if halfway and state.active else ()


def _refuse(state: State, effect: Effect) -> tuple[State, tuple[Effect, ...]]:
    """A verdict on the candidate sends it away; where its commit had begun, what served comes back."""
    if state.candidate is None or not isinstance(effect, Fetch | Load | Check | Commit):
        return state, ()
    after = _at(state.model_copy(update={"candidate": None, "holds": False}), "Retire")
    undo: tuple[Effect, ...] = (Restore(state.active),) if isinstance(effect, Commit) and state.active else ()
    return after, (*undo, *_effects(after))


def _ready(state: State) -> State:
    return _at(state, "Prepared" if state.holds else "Commit")


def _commit(state: State, event: Committed, now: float) -> State:
    """The same release under other settings of the pipeline has no predecessor of its own, and bakes on."""
    if state.active and state.candidate and state.active.manifest == state.candidate.manifest:
        following: dict[str, object] = {"active": state.candidate, "candidate": None}
    else:
        following = {
            "active": state.candidate,
            "previous": state.active,
            "candidate": None,
            "joined": state.active is None,
            "committed": now,
            "serves_since": now,
            "restarts": 0,
            "before": state.calm,
            "earlier": NO_TRAFFIC,
            "counters": event.counters,
        }
    return _at(state.model_copy(update=following), "Retire")


def _at(state: State, name: Step) -> State:
    return state.model_copy(update={"step": name})


def _onwards(state: State) -> tuple[State, tuple[Effect, ...]]:
    return state, _effects(state)


def _effects(state: State) -> tuple[Effect, ...]:
    """What the step asks for."""
    wanted = state.candidate
    match state.step:
        case "Fetch" if wanted:
            return (Fetch(wanted),)
        case "Load" if wanted:
            return (Load(wanted),)
        case "Check" if wanted:
            return (Check(wanted, state.active),)
        case "Commit" if wanted:
            return (Commit(wanted),)
        case "Retire":
            return (Retire(state.loaded),)
        case _:
            return ()
