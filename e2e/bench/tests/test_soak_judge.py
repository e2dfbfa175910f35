"""What a soak comes to."""

import json
import random
from dataclasses import asdict

import pytest

from bench.judge import Span
from bench.records import Answer, Request
from bench.releases import light_answer
from bench.soak import shuffle_for_ever
from bench.soak_judge import AFTER_KILL, Chapter, Played, build_line, find_wrong, is_explained, judge_soak

EXPECTED = {(name, 0): light_answer(name, version) for version, name in enumerate(("one", "two"), start=1)}


def request(at: float, release: str = "two", error: str = "", latency: float = 0.01) -> Request:
    return Request(at, latency, "grpc", 0, None if error else EXPECTED[release, 0], error)


def played(began: float = 100, serves: str = "two", active: str = "two", **fields: object) -> Played:
    return Played("a fault", began, began + 10, serves, active, **fields)  # type: ignore[arg-type]


def judge(requests: list[Request], *faults: Played) -> list[Chapter]:
    return judge_soak(requests, faults, EXPECTED, {"bad"})


def test_nothing_is_wrong_where_all_is_well() -> None:
    chapters = judge([request(50), request(105, "one"), request(112)], played())
    assert build_line(chapters) == {
        "faults": 1,
        "requests": 3,
        "failed": 0,
        "failed_unexplained": 0,
        "mixed": 0,
        "wrong_active": 0,
    }


def test_a_request_belongs_to_the_fault_that_began_last() -> None:
    requests = [request(99, error="early"), request(100, error="first"), request(199), request(201, error="second")]
    before, first, second = judge(requests, played(100), played(200))
    assert (before.requests, first.requests, second.requests) == (1, 2, 1)
    written = [json.loads(json.dumps(asdict(chapter)))["errors"] for chapter in (first, second)]
    assert written == [{"grpc: first": 1}, {"grpc: second": 1}]
    assert before.failed_unexplained == 1


@pytest.mark.parametrize(
    ("at", "latency", "explained"),
    [
        (95, 1, False),  # it had failed before
        (99.9, 1, True),  # it was under way
        (100.5 + AFTER_KILL, 1, True),
        (100.6 + AFTER_KILL, 1, False),
    ],
)
def test_a_kill_explains_what_was_under_way_and_what_came_shortly_after(
    at: float, latency: float, explained: bool
) -> None:
    assert is_explained(request(at, error="gone", latency=latency), [Span(100, 100.5)]) is explained


def test_without_a_kill_no_failure_is_explained() -> None:
    failing = [request(101, error="gone")]
    assert judge(failing, played())[1].failed_unexplained == 1
    assert judge(failing, played(kills=(Span(100.5, 100.6),)))[1].failed_unexplained == 0


def test_explained_failures_are_reported_with_how_long_they_went_on() -> None:
    chapter = judge([request(101, error="a"), request(104, error="b")], played(kills=(Span(100.5, 100.6),)))[1]
    assert (chapter.failed, chapter.last_failed_s) == (2, 3.5)


def test_answers_of_two_releases_and_of_rejected_ones_are_mixed() -> None:
    one, two = EXPECTED["one", 0], EXPECTED["two", 0]
    mixed = Answer("two", two.texts, one.boxes, two.scores)
    rejected = Answer("bad", two.texts, two.boxes, two.scores)
    requests = [Request(101 + n, 0.01, "http", 0, answer) for n, answer in enumerate((two, mixed, rejected))]
    chapter = judge(requests, played())[1]
    assert [sentence.split(": ")[0] for sentence in chapter.mixed] == [
        "2.00 s after the fault began, http, not wholly of the release that it names",
        "3.00 s after the fault began, http, an answer of a release that must be rejected",
    ]


def test_who_is_at_rest_on_one_release_answers_by_no_other() -> None:
    chapter = judge([request(109, "one"), request(111, "one"), request(112)], played())[1]
    assert chapter.wrong == ["1 answers of one after the fleet was at rest on two"]


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        (played(), []),
        (played(active="one"), ["one is active, two must be"]),
        (played(active=""), ["nothing is active, two must be"]),
        (played(active="one", trouble="It never ended."), ["It never ended."]),
        (
            played(told=[{"result": "Rejected", "release": "two", "reason": "BakeFailed"}]),
            ["two was rejected (BakeFailed)"],
        ),
        (played(told=[{"result": "Served", "release": "two"}]), []),
        (
            played(rejects={"bad": "GateFailed"}),
            ["bad must be rejected with 'GateFailed', the history says nothing of it"],
        ),
        (
            played(
                rejects={"bad": "GateFailed"},
                told=[{"result": "Rejected", "release": "bad", "reason": "BakeFailed"}],
            ),
            ["bad must be rejected with 'GateFailed', the history says 'BakeFailed' of it"],
        ),
        (
            played(
                rejects={"bad": "GateFailed"},
                told=[{"result": "Rejected", "release": "bad", "reason": "GateFailed"}],
            ),
            [],
        ),
    ],
)
def test_a_wrong_ending_is_told(fault: Played, wrong: list[str]) -> None:
    assert find_wrong(fault) == wrong


def test_faults_that_ended_wrongly_are_counted() -> None:
    assert build_line(judge([], played(active="one", trouble="Never."), played(200)))["wrong_active"] == 1


def test_each_round_has_all_faults_and_the_seed_gives_their_order() -> None:
    faults = ["a", "b", "c", "d"]
    rounds = [[next(order) for _ in range(8)] for order in (shuffle_for_ever(faults, random.Random(7)) for _ in "xx")]
    assert rounds[0] == rounds[1]
    assert sorted(rounds[0][:4]) == sorted(rounds[0][4:]) == faults
