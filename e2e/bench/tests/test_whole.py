"""Answers that are of one release, and those that are not."""

from dataclasses import replace

import pytest

from bench.records import Answer, Request
from bench.releases import light_answer
from bench.whole import check_marks, is_whole, learn

OLD = Answer("old", ("A001AA77",), ((10.0, 10.0, 34.0, 18.0),), (0.9,))
NEW = Answer("new", ("A001AA77",), ((10.25, 10.25, 34.25, 18.25),), (0.95,))
EXPECTED = {("old", 0): OLD, ("new", 0): NEW}


def asked(answer: Answer | None, frame: int = 0) -> Request:
    return Request(1.0, 0.01, "http", frame, answer, "" if answer else "gone")


def test_an_answer_of_one_release_is_whole() -> None:
    assert is_whole(EXPECTED, asked(OLD))
    assert is_whole(EXPECTED, asked(replace(NEW, scores=(0.9503,))))


@pytest.mark.parametrize(
    "answer",
    [
        replace(NEW, boxes=OLD.boxes),
        replace(NEW, scores=OLD.scores),
        replace(NEW, texts=("B001AA77",)),
        replace(NEW, release="old"),
        replace(NEW, release="unknown"),
        Answer("new", (), ()),
    ],
    ids=["old detector", "old reader", "another text", "names the other", "names none", "no plate"],
)
def test_an_answer_of_two_releases_is_not(answer: Answer) -> None:
    assert not is_whole(EXPECTED, asked(answer))


def test_a_frame_that_nobody_asked_about_is_not_whole() -> None:
    assert not is_whole(EXPECTED, asked(OLD, frame=1))


def test_what_a_release_says_is_learned_while_it_serves_alone() -> None:
    assert learn("old", 1, [asked(OLD), asked(OLD)]) == {("old", 0): OLD}


@pytest.mark.parametrize(
    ("requests", "frames", "said"),
    [
        ([asked(OLD), asked(None)], 1, "failed"),
        ([asked(OLD), asked(NEW)], 1, "served alone"),
        ([asked(OLD)], 2, "1 of 2 frames"),
    ],
)
def test_a_release_that_does_not_serve_alone_teaches_nothing(requests: list[Request], frames: int, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        learn("old", frames, requests)


def test_light_releases_can_be_told_apart() -> None:
    names = [f"light-{version}" for version in range(1, 8)]
    check_marks({(name, 0): light_answer(name, number) for number, name in enumerate(names, start=1)})


def test_releases_with_the_same_reader_cannot() -> None:
    with pytest.raises(AssertionError, match="readers of old and new"):
        check_marks({("old", 0): OLD, ("new", 0): replace(NEW, scores=OLD.scores)})
