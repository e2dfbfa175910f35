from collections.abc import Sequence

import numpy as np
import pytest
from platerec_backend.batching import LONGEST_MESSAGE, Array, Failure, Feed, brief, run_requests


class Doubler:
    """A network that doubles `x`, refuses the number 13, and counts its runs."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, feed: Feed) -> Sequence[Array]:
        self.runs += 1
        if (feed["x"] == 13).any():
            raise ValueError("13 is refused")
        return [feed["x"] * np.asarray(2, feed["x"].dtype)]


def feed(*rows: Sequence[float], dtype: type = np.float32) -> Feed:
    return {"x": np.array(rows, dtype)}


def values(answers: Sequence[list[Array] | Failure]) -> list[object]:
    return [answer.message if isinstance(answer, Failure) else answer[0].tolist() for answer in answers]


def test_requests_of_one_shape_share_one_run_and_get_their_own_rows() -> None:
    network = Doubler()
    answers = run_requests(network, [feed([1, 2]), feed([3, 4], [5, 6]), feed([7, 8])], batching=True)
    assert values(answers) == [[[2, 4]], [[6, 8], [10, 12]], [[14, 16]]]
    assert network.runs == 1


def test_a_model_that_does_not_batch_runs_each_request() -> None:
    network = Doubler()
    assert values(run_requests(network, [feed([1]), feed([2])], batching=False)) == [[[2]], [[4]]]
    assert network.runs == 2


def test_other_shapes_and_types_go_into_batches_of_their_own_and_answers_keep_the_order() -> None:
    network = Doubler()
    requests = [feed([1]), feed([2, 3]), feed([4]), feed([5], dtype=np.int64), feed([6, 7])]
    assert values(run_requests(network, requests, batching=True)) == [[[2]], [[4, 6]], [[8]], [[10]], [[12, 14]]]
    assert network.runs == 3


def test_a_request_that_the_network_refuses_fails_alone() -> None:
    answers = run_requests(Doubler(), [feed([1]), feed([13]), feed([3])], batching=True)
    assert values(answers) == [[[2]], "13 is refused", [[6]]]


def test_a_network_without_a_row_per_request_answers_each_request_alone() -> None:
    answers = run_requests(lambda feed: [np.atleast_1d(feed["x"].sum())], [feed([1, 2]), feed([3, 4])], batching=True)
    assert values(answers) == [[3], [7]]


def test_requests_without_rows_get_answers_without_rows() -> None:
    answers = run_requests(Doubler(), [{"x": np.zeros((0, 2), np.float32)}, feed([1, 2])], batching=True)
    assert values(answers) == [[], [[2, 4]]]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ValueError("Got: 3\n Expected: 4"), "Got: 3 Expected: 4"),
        (RuntimeError("Traceback\n" + " line\n" * 100 + "RuntimeError: shapes differ"), "RuntimeError: shapes differ"),
        (RuntimeError("x" * 1000), "x" * LONGEST_MESSAGE),
        (KeyError(), "KeyError"),
    ],
)
def test_a_message_is_one_short_line(error: Exception, message: str) -> None:
    assert brief(error) == message
