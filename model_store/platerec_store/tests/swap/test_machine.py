"""A pod's swap, event by event; and from every point of it, what an agent does that was killed there."""

from collections.abc import Iterable
from itertools import pairwise

import pytest

from platerec_store.release.decision import PipelineSettings
from platerec_store.release.manifest import digest_of
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault
from platerec_store.release.traffic import Traffic
from platerec_store.swap.machine import (
    Again,
    Check,
    Checked,
    Commit,
    Committed,
    Decided,
    Effect,
    Event,
    Failed,
    Fetch,
    Fetched,
    Load,
    Loaded,
    Restarted,
    Restore,
    Restored,
    Retire,
    Retired,
    step,
)
from platerec_store.swap.state import State
from platerec_store.swap.wanted import Wanted, WantedFile, WantedModel

NOW = 1000.0


def release(name: str, version: int) -> Wanted:
    models = tuple(
        WantedModel(name=model, files=(WantedFile(key=name, path="1/model.py", size=1, etag=name),))
        for model in ("plate_detector_v1", f"plate_reader_v{version}", "plate_recognition")
    )
    manifest = digest_of(name.encode())
    return Wanted(release=name, manifest=manifest, profile="cpu-onnx", models=models, calls={})


A, B, C = release("a", 1), release("b", 2), release("c", 3)
SERVING = State(revision=1, active=A, serves_since=NOW - 100)
REFUSED = Fault(reason=Reason.MODEL_REFUSED, message="It is broken.", transient=False)
AWAY = Fault(reason=Reason.STORE_UNREACHABLE, message="The store does not answer.", transient=True)


def outcome(effect: Effect) -> Event:
    """What happens when all goes well."""
    match effect:
        case Fetch():
            return Fetched()
        case Load():
            return Loaded()
        case Check():
            return Checked()
        case Commit():
            return Committed()
        case Retire():
            return Retired()
        case Restore():
            return Restored()


def carry_out(state: State, effects: Iterable[Effect]) -> tuple[State, list[Effect]]:
    """Do what is asked for until nothing is; all that was done."""
    waiting, done = list(effects), []
    while waiting:
        done.append(waiting.pop(0))
        state, more = step(state, outcome(done[-1]), NOW)
        waiting.extend(more)
    return state, done


def after(state: State, *events: Event) -> tuple[State, list[Effect]]:
    """The state after these events and all that follows from them."""
    done: list[Effect] = []
    for event in events:
        state, effects = step(state, event, NOW)
        state, more = carry_out(state, effects)
        done += more
    return state, done


def steps_of(state: State, event: Event) -> list[State]:
    """Every state on the way, as they are saved."""
    state, effects = step(state, event, NOW)
    seen, waiting = [state], list(effects)
    while waiting:
        state, more = step(state, outcome(waiting.pop(0)), NOW)
        seen.append(state)
        waiting.extend(more)
    return seen


def kinds(effects: Iterable[Effect]) -> list[str]:
    return [type(effect).__name__ for effect in effects]


def test_a_first_release_is_fetched_loaded_checked_and_committed() -> None:
    state, done = after(State(), Decided(A, revision=1))
    assert kinds(done) == ["Fetch", "Load", "Check", "Commit", "Retire"]
    assert (state.step, state.active, state.candidate, state.committed) == ("Idle", A, None, NOW)


def test_a_release_that_serves_asks_for_nothing() -> None:
    assert after(SERVING, Decided(A, revision=1)) == (SERVING, [])


def test_a_prepared_release_waits_for_its_commit() -> None:
    state, done = after(SERVING, Decided(B, 2, holds=True, base=A))
    assert kinds(done) == ["Fetch", "Load", "Check"]
    assert done[-1] == Check(B, A)
    assert (state.step, state.active, state.candidate) == ("Prepared", A, B)
    state, done = after(state, Decided(B, 3, keeps_previous=True))
    assert done == [Commit(B), Retire(A.names | B.names)]
    assert (state.step, state.active, state.previous) == ("Idle", B, A)


def test_a_baked_release_lets_the_one_before_go() -> None:
    state, _ = after(SERVING, Decided(B, 2, keeps_previous=True))
    state, done = after(state, Decided(B, 3))
    assert done == [Retire(B.names)]
    assert state.previous == A


def test_the_release_before_comes_back() -> None:
    state, _ = after(SERVING, Decided(B, 2, keeps_previous=True))
    state, done = after(state, Decided(A, 3))
    assert kinds(done) == ["Fetch", "Load", "Check", "Commit", "Retire"]
    assert (state.active, state.previous) == (A, B)


def test_other_settings_of_the_pipeline_are_committed_and_have_no_predecessor() -> None:
    other = A.with_settings(PipelineSettings(max_plates=3))
    state, done = after(SERVING.model_copy(update={"previous": C}), Decided(other, 2))
    assert "Check" not in kinds(done)
    assert (state.active, state.previous) == (other, C)


def test_a_pod_that_joins_in_the_middle_first_serves_what_the_others_serve() -> None:
    decided = Decided(B, 2, holds=True, base=A)
    state, done = after(State(), decided)
    assert Commit(A) in done
    assert (state.step, state.active) == ("Idle", A)
    state, _ = after(state, decided)
    assert (state.step, state.active, state.candidate) == ("Prepared", A, B)


@pytest.mark.parametrize("place", range(4))
def test_an_abort_sends_the_candidate_away_wherever_it_is(place: int) -> None:
    state = steps_of(SERVING, Decided(B, 2, holds=True, base=A))[place]
    state, done = after(state, Decided(A, 3))
    assert done == [Retire(A.names)]
    assert (state.step, state.active, state.candidate) == ("Idle", A, None)


@pytest.mark.parametrize("place", range(4))
def test_a_newer_release_takes_the_candidates_place(place: int) -> None:
    state = steps_of(SERVING, Decided(B, 2, holds=True, base=A))[place]
    state, _ = after(state, Decided(C, 3))
    assert (state.step, state.active, state.previous) == ("Idle", C, A)


def test_older_news_changes_nothing() -> None:
    state, _ = after(SERVING, Decided(B, 3))
    assert after(state, Decided(A, 2)) == (state, [])


def test_an_operator_that_does_not_count_is_obeyed() -> None:
    state, _ = after(SERVING, Decided(B, 0))
    assert state.active == B


@pytest.mark.parametrize("effect", [Fetch(B), Load(B), Check(B, A), Commit(B)])
def test_a_transient_fault_changes_nothing_and_again_goes_on(effect: Effect) -> None:
    places = {type(each): state for state in steps_of(SERVING, Decided(B, 2)) for each in step(state, Again(), NOW)[1]}
    state = places[type(effect)]
    assert step(state, Failed(effect, AWAY), NOW) == (state, ())
    state, done = after(state, Again())
    assert done[0] == effect
    assert state.active == B


@pytest.mark.parametrize("effect", [Fetch(B), Load(B), Check(B, A)])
def test_a_verdict_sends_the_candidate_away(effect: Effect) -> None:
    state = SERVING.model_copy(update={"candidate": B, "step": type(effect).__name__})
    state, effects = step(state, Failed(effect, REFUSED), NOW)
    assert effects == (Retire(A.names),)
    assert (state.active, state.candidate) == (A, None)


def test_a_verdict_in_a_commit_brings_back_what_served() -> None:
    state = SERVING.model_copy(update={"candidate": B, "step": "Commit"})
    state, effects = step(state, Failed(Commit(B), REFUSED), NOW)
    assert effects == (Restore(A), Retire(A.names))
    assert (state.active, state.candidate) == (A, None)


def test_a_commit_in_place_that_stops_halfway_is_taken_back_until_it_is_tried_again() -> None:
    mine, other = (each.model_copy(update={"in_place": True}) for each in (A, B))
    state = SERVING.model_copy(update={"active": mine, "candidate": other, "step": "Commit"})
    assert step(state, Failed(Commit(other), AWAY), NOW) == (state, (Restore(mine),))


def test_a_restart_of_triton_is_counted_once_until_what_serves_is_back() -> None:
    seen = Traffic(answered=7)
    state = SERVING.model_copy(update={"counters": Traffic(answered=5)})
    for _ in range(3):  # what serves is refused, and tried again
        state, effects = step(state, Restarted(seen), NOW)
        assert effects == (Restore(A),)
    assert (state.restarts, state.earlier, state.counters, state.serves_since) == (1, seen, Traffic(), None)
    state, _ = step(state, Restored(), NOW)
    assert state.serves_since == NOW
    assert step(state, Restarted(seen), NOW)[0].restarts == 2


def test_what_is_brought_back_after_half_a_commit_has_served_all_the_time() -> None:
    assert step(SERVING, Restored(), NOW) == (SERVING, ())


def test_a_commit_begins_to_count_anew() -> None:
    state = SERVING.model_copy(update={"restarts": 2, "earlier": Traffic(answered=5), "joined": True})
    state, _ = after(state, Decided(B, 2))
    assert (state.restarts, state.earlier, state.joined, state.serves_since) == (0, Traffic(), False, NOW)
    assert after(State(), Decided(A, 1))[0].joined


def test_what_was_before_is_what_was_before_the_fetch() -> None:
    calm, loaded = Traffic(answered=5), Traffic(answered=5, seconds=9.0)
    state, _ = after(SERVING, Decided(B, 2, holds=True, base=A, recent=calm), Decided(B, 3, recent=loaded))
    assert (state.active, state.before) == (B, calm)


def test_other_settings_bake_on() -> None:
    bakes = {"before": Traffic(answered=5), "restarts": 1, "joined": True}
    state = SERVING.model_copy(update=bakes)
    other = A.with_settings(PipelineSettings(max_plates=3))
    state, _ = after(state, Decided(other, 2, recent=Traffic(answered=9)))
    assert (state.before, state.restarts, state.joined) == (Traffic(answered=5), 1, True)


@pytest.mark.parametrize("effect", [Restore(A), Retire(A.names)])
def test_a_verdict_on_something_else_is_not_the_candidates(effect: Effect) -> None:
    state = SERVING.model_copy(update={"candidate": B, "step": "Load"})
    assert step(state, Failed(effect, REFUSED), NOW) == (state, ())


@pytest.mark.parametrize("decided", [Decided(B, 2), Decided(B, 2, holds=True, base=A)])
def test_a_triton_that_restarts_at_any_point_serves_first_and_goes_on(decided: Decided) -> None:
    for state in steps_of(SERVING, decided):
        there, done = after(state, Restarted(), decided)
        assert state.active
        assert done[0] == Restore(state.active)
        assert (there.step, there.active) == (("Prepared", A) if decided.holds else ("Idle", B))
        loaded_again = state.step in ("Load", "Check", "Prepared", "Commit")
        assert (Load(B) in done) == (loaded_again or state.step == "Fetch")


@pytest.mark.parametrize("decided", [Decided(B, 2), Decided(B, 2, holds=True, base=A)])
def test_an_agent_that_was_killed_at_any_point_goes_on(decided: Decided) -> None:
    for state in steps_of(SERVING, decided):
        read = State.parse(state.to_json(), "the saved state")
        assert read == state
        there, _ = after(read, Again(), decided)
        assert (there.step, there.active) == (("Prepared", A) if decided.holds else ("Idle", B))


def test_a_candidate_never_serves_unchecked() -> None:
    for before, here in pairwise(steps_of(SERVING, Decided(B, 2))):
        assert here.step != "Commit" or before.step == "Check"


@pytest.mark.parametrize("event", [Fetched(), Loaded(), Checked(), Committed(), Retired()])
def test_news_that_does_not_fit_changes_nothing(event: Event) -> None:
    assert step(SERVING, event, NOW) == (SERVING, ())
