"""Whether an answer is wholly of the release that it names: texts, boxes and scores, each with its mark."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from bench.records import Answer, Request

BOX_TOLERANCE = 0.05
"""Pixels; the marks of two detectors differ by 0.25 at least."""

SCORE_TOLERANCE = 0.003
"""How plates that are read together change each other's scores stays below; the marks of two readers exceed it."""

Expected = Mapping[tuple[str, int], Answer]
"""By release and frame."""


def matches(expected: Answer, answer: Answer) -> bool:
    """Whether both are of the same models; scores count where they are expected."""
    return (
        (expected.release, expected.texts) == (answer.release, answer.texts)
        and distance(_edges(expected), _edges(answer)) <= BOX_TOLERANCE
        and (not expected.scores or distance(expected.scores, answer.scores) <= SCORE_TOLERANCE)
    )


def is_whole(expected: Expected, request: Request) -> bool:
    """Whether a request got the answer of one release."""
    answer = request.answer
    if answer is None or (answer.release, request.frame) not in expected:
        return False
    return matches(expected[answer.release, request.frame], answer)


def learn(release: str, frames: int, requests: Iterable[Request]) -> dict[tuple[str, int], Answer]:
    """What a release says of each frame, from requests to it alone; an error when it does not always say the same."""
    learned: dict[tuple[str, int], Answer] = {}
    for request in requests:
        assert request.answer is not None, f"while {release} served alone a request failed: {request.error}"
        first = learned.setdefault((release, request.frame), request.answer)
        same = request.answer.release == release and matches(first, request.answer)
        assert same, f"{release} served alone and said of frame {request.frame} {request.answer}, and before {first}"
    assert len(learned) == frames, f"{release} was asked about {len(learned)} of {frames} frames"
    return learned


def check_marks(expected: Expected) -> None:
    """An error when an answer could be of other models than it says: the marks of two releases must differ by far."""
    for (one, other), frame in ((pair, frame) for frame, pairs in _by_frame(expected).items() for pair in pairs):
        apart = distance(_edges(one), _edges(other)) > 4 * BOX_TOLERANCE
        read = one.texts != other.texts or distance(one.scores, other.scores) > 4 * SCORE_TOLERANCE
        assert one.texts, f"{one.release} sees no plate in frame {frame}"
        assert apart, f"the detectors of {one.release} and {other.release} cannot be told apart in frame {frame}"
        assert read, f"the readers of {one.release} and {other.release} cannot be told apart in frame {frame}"


def distance(one: Sequence[float], other: Sequence[float]) -> float:
    """The greatest difference of two values in the same place; infinite when there are more of the one."""
    if len(one) != len(other):
        return float("inf")
    return max((abs(a - b) for a, b in zip(one, other, strict=True)), default=0.0)


def _edges(answer: Answer) -> list[float]:
    return [edge for box in answer.boxes for edge in box]


def _by_frame(expected: Expected) -> dict[int, list[tuple[Answer, Answer]]]:
    answers: dict[int, list[Answer]] = {}
    for (_, frame), answer in expected.items():
        answers.setdefault(frame, []).append(answer)
    return {frame: list(combinations(said, 2)) for frame, said in answers.items()}
