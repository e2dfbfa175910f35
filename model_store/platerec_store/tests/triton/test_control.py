"""What is made of a Triton's answers, in answers that it would take a broken model to get."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tritonclient.utils import InferenceServerException

from platerec_store.release.reasons import Reason
from platerec_store.triton.control import GrpcTriton
from platerec_store.triton.port import AnswerError, TritonError

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
