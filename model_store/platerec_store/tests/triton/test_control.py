"""What is made of a Triton's answers, in answers that it would take a broken model to get."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tritonclient.utils import InferenceServerException

from platerec_store.release.reasons import Reason
from platerec_store.triton.control import GrpcTriton
from platerec_store.triton.port import AnswerError, BusyError, TritonError

FRAME = np.zeros((4, 4, 3), np.uint8)
BOX = np.zeros((1, 4))


def asked(answer: Any) -> GrpcTriton:
    """A Triton without models that answers a request with these outputs, or with this error."""

    def infer(*_: object, **__: object) -> object:
        if isinstance(answer, Exception):
            raise answer
        return SimpleNamespace(as_numpy=answer.get)

    triton = GrpcTriton("127.0.0.1:1", "", "key")
    index = SimpleNamespace(models=())
    client: Any = SimpleNamespace(infer=infer, get_model_repository_index=lambda *_, **__: index)
    triton._client = client
    return triton


@pytest.mark.parametrize(
    ("texts", "boxes"),
    [
        pytest.param(np.array([[b"A"], [b"B"]], object), BOX, id="more texts than boxes"),
        pytest.param(np.array([[b"\xff"]], object), BOX, id="not UTF-8"),
        pytest.param(np.array([[b"A"]], object), np.zeros((1, 5)), id="five corners"),
        pytest.param(None, BOX, id="no texts"),
    ],
)
def test_an_answer_that_is_no_pipelines_is_the_releases_fault(texts: object, boxes: object) -> None:
    with pytest.raises(AnswerError, match="other texts or coordinates"):
        asked({"texts": texts, "coordinates": boxes}).recognize("plate_recognition", FRAME)


def test_a_triton_that_has_forgotten_a_model_is_not_the_releases_fault() -> None:
    unknown = InferenceServerException(msg="unknown model: 'plate_recognition'", status="StatusCode.NOT_FOUND")
    with pytest.raises(TritonError) as caught:
        asked(unknown).recognize("plate_recognition", FRAME)
    assert caught.value.reason is Reason.TRITON_UNAVAILABLE


def loading(*answers: str | None) -> tuple[GrpcTriton, list[str]]:
    """A Triton that refuses to load with these words, one after the other; None lets a model in. And what was asked."""
    left, asked = list(answers), list[str]()

    def load_model(name: str, *_: object, **__: object) -> None:
        asked.append(name)
        words = left.pop(0)
        if words is not None:
            raise InferenceServerException(msg=words, status="StatusCode.INVALID_ARGUMENT")

    triton = GrpcTriton("127.0.0.1:1", "", "key")
    client: Any = SimpleNamespace(load_model=load_model)
    triton._client = client
    return triton, asked


BROKEN = "load failed for model 'stn': version 1 is at UNAVAILABLE state: Internal: no such operator;"
SLOW = (
    "load failed for model 'stn': version 1 is at UNAVAILABLE state: Internal: Timed out occurred while waiting for "
    "the stub process. Failed to initialize model instance stn_0_0;"
)


def test_a_model_that_is_refused_once_is_asked_for_again() -> None:
    triton, asked = loading(BROKEN, None)
    triton.load("stn")
    assert asked == ["stn", "stn"]


def test_a_model_that_is_refused_twice_is_refused() -> None:
    triton, asked = loading(BROKEN, BROKEN)
    with pytest.raises(TritonError, match="no such operator") as caught:
        triton.load("stn")
    assert caught.value.reason is Reason.MODEL_REFUSED
    assert asked == ["stn", "stn"]


@pytest.mark.parametrize(
    "words",
    [
        "CUDA out of memory. Tried to allocate 2.00 GiB",
        "onnx runtime error 6: Failed to allocate memory for requested buffer of size 4294967296",
        "std::bad_alloc",
        "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0",
        pytest.param(f"Traceback {'x' * 1000} CUDNN_STATUS_ALLOC_FAILED {'x' * 1000}", id="in a long traceback"),
    ],
)
def test_a_lack_of_memory_is_no_verdict(words: str) -> None:
    triton, asked = loading(words)
    with pytest.raises(TritonError) as caught:
        triton.load("stn")
    assert (caught.value.reason, caught.value.transient) == (Reason.MEMORY_SHORT, True)
    assert asked == ["stn"]


def test_a_process_that_starts_too_slowly_is_the_nodes_fault() -> None:
    triton, _ = loading(SLOW)
    with pytest.raises(BusyError) as caught:
        triton.load("stn")
    assert (caught.value.transient, caught.value.is_silence, caught.value.is_suspicious) == (True, False, False)


def test_a_process_that_does_not_move_may_be_the_nodes_fault_or_the_models() -> None:
    triton, asked = loading(BROKEN.replace("no such operator", "Stub process 'stn_0_0' is not healthy."))
    with pytest.raises(BusyError) as caught:
        triton.load("stn")
    assert (caught.value.transient, caught.value.is_silence, caught.value.is_suspicious) == (True, False, True)
    assert asked == ["stn"], "not at once"
