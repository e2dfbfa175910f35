from typing import Any

import pytest

from platerec_operator.status.events import Note, build_baked, build_notes
from platerec_operator.tests.make import Object

OLD, NEW = "2026.11.3", "2026.11.4"
SERVED = {"release": OLD, "result": "Served", "at": "2026-11-23T12:00:00Z"}


def make_status(history: tuple[Object, ...] = (), conditions: tuple[Object, ...] = (), **release: Any) -> Object:
    return {"release": release, "history": [*history], "conditions": [*conditions]}


def reasons(before: Object, after: Object) -> list[str]:
    return [note.reason for note in build_notes(before, after)]


AT_REST = make_status((SERVED,), active=OLD, target=OLD)


def test_a_status_that_says_the_same_tells_nothing() -> None:
    assert build_notes(AT_REST, AT_REST) == ()


def test_the_first_release_of_a_recognizer() -> None:
    assert build_notes({}, make_status(target=OLD)) == (Note("ReleaseFound", OLD, f"Release {OLD} shall be served."),)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, "Idle", []),
        ("Idle", "Fetch", ["Preparing"]),
        ("Fetch", "Load", []),
        ("Load", "Check", []),
        ("Check", "Prepared", ["Prepared"]),
        ("Prepared", "Prepared", []),
        ("Prepared", "Commit", []),
    ],
)
def test_preparing_and_prepared_are_told_once(before: str | None, after: str, told: list[str]) -> None:
    steps = [make_status(active=OLD, target=NEW, step=step) for step in (before, after)]
    assert reasons(*steps) == told


def test_a_newer_release_that_comes_in_between_is_prepared_anew() -> None:
    before = make_status(active=OLD, target="2026.11.5", step="Load")
    after = make_status(active=OLD, target=NEW, step="Load")
    assert reasons(before, after) == ["ReleaseFound", "Preparing"]


def test_a_release_that_is_taken_back_before_it_was_served() -> None:
    before = make_status(active=OLD, target=NEW, step="Load")
    message = f"Release {NEW} is no longer wanted; release {OLD} stays."
    assert build_notes(before, make_status(active=OLD, target=OLD)) == (Note("RolledBack", OLD, message),)


@pytest.mark.parametrize(
    ("before", "after"),
    [({"active": OLD}, {"active": OLD, "target": OLD}), ({"active": OLD, "target": OLD}, {"active": OLD}), ({}, {})],
)
def test_a_decision_that_was_lost_and_found_is_no_news(before: Object, after: Object) -> None:
    assert reasons(make_status(**before), make_status(**after)) == []


def test_a_pod_that_joins_a_fleet_at_rest_is_no_news() -> None:
    assert reasons(AT_REST, make_status((SERVED,), active=OLD, target=OLD, step="Fetch")) == []


def test_a_release_that_is_served() -> None:
    after = make_status((SERVED, {**SERVED, "release": NEW}), active=NEW, target=NEW)
    assert build_notes(AT_REST, after) == (Note("Committed", NEW, f"Release {NEW} is served."),)


def test_a_release_that_is_rejected_is_a_warning_with_its_sentence() -> None:
    refused = {"release": NEW, "result": "Refused", "reason": "ModelRefused", "at": "2026-11-23T12:05:00Z"}
    degraded = {"type": "Degraded", "reason": "ModelRefused", "message": "Pod gate-1: Triton cannot load it."}
    before = make_status((SERVED,), active=OLD, target=NEW, step="Load")
    after = make_status((SERVED, refused), (degraded,), active=OLD, target=NEW, step="Load")
    message = f"Release {NEW} is rejected: Pod gate-1: Triton cannot load it."
    assert build_notes(before, after) == (Note("Rejected", NEW, message, warning=True),)
    assert build_notes(after, after) == ()


def test_a_release_that_has_baked() -> None:
    told = Note("Baked", OLD, f"Release {OLD} stays: its bake is over.")
    assert build_baked(OLD) == (told,)
    assert build_baked(None) == ()
