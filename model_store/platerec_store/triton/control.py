"""Triton's model control over gRPC."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tritonclient.grpc import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.utils import InferenceServerException

from platerec_store.release.reasons import Reason
from platerec_store.release.traffic import Traffic
from platerec_store.swap.gate import Reading
from platerec_store.triton.metrics import fetch_page, parse_free_gpu_memory, parse_traffic
from platerec_store.triton.port import AnswerError, BusyError, Frame, TritonError

KEY_HEADER = "triton-grpc-protocol-platerec-key"
"""The header that Triton's `--grpc-restricted-protocol=...:platerec-key=<key>` asks for."""

_ANSWER_SECONDS = 10
_LOAD_SECONDS = 600
_FRAME_SECONDS = 30
_AWAY = {"StatusCode.UNAVAILABLE", "StatusCode.DEADLINE_EXCEEDED", "StatusCode.CANCELLED"}
_NO_MEMORY = (
    "out of memory",
    "cannot allocate memory",
    "failed to increase the shared memory pool",
    "failed to allocate memory for requested buffer",  # ONNX Runtime
    "bad_alloc",
    "_alloc_failed",  # cuBLAS, cuDNN and others of CUDA
)
_NOT_STARTED = ("timed out occurred while waiting for the stub process",)
"""How older Tritons say of a process of the Python backend that it took too long before it came to its model."""
_NOT_HEALTHY = ("is not healthy", "failed to obtain the health mutex")
"""How newer ones say that it did not move for a second: so does one that ends over its model."""
# Triton restarts in seconds; without this the channel would try again only after up to two minutes.
_CHANNEL = [("grpc.initial_reconnect_backoff_ms", 500), ("grpc.max_reconnect_backoff_ms", 1000)]


class GrpcTriton:
    """The port over tritonclient."""

    def __init__(self, address: str, metrics_url: str, key: str) -> None:
        self._address = address
        self._metrics_url = metrics_url
        self._headers = {KEY_HEADER: key}
        self._client = InferenceServerClient(address, channel_args=_CHANNEL)

    def ready(self) -> frozenset[str]:
        """The models with a version that is READY."""
        return self._in_state("READY")

    def leaving(self) -> frozenset[str]:
        """The models with a version that is UNLOADING: its requests in flight hold it."""
        return self._in_state("UNLOADING")

    def load(self, name: str) -> None:
        """Load a model. Asked twice: what the node lacked for a moment is no fault of the model."""
        try:
            self._load(name)
        except TritonError as error:
            if error.reason != Reason.MODEL_REFUSED:
                raise
            self._load(name)

    def _load(self, name: str) -> None:
        with self._translated(f"load model {name!r}", Reason.MODEL_REFUSED):
            self._client.load_model(name, self._headers, client_timeout=_LOAD_SECONDS)

    def unload(self, name: str) -> None:
        """Drop a model."""
        with self._translated(f"unload model {name!r}"):
            self._client.unload_model(name, self._headers, client_timeout=_ANSWER_SECONDS)

    def recognize(self, name: str, frame: Frame) -> Sequence[Reading]:
        """One request, as a client sends it."""
        tensor = InferInput("input__0", list(frame.shape), "UINT8")
        tensor.set_data_from_numpy(frame)
        outputs = [InferRequestedOutput(output) for output in ("coordinates", "texts")]
        try:
            with self._translated(f"ask model {name!r}"):
                result = self._client.infer(name, [tensor], outputs=outputs, client_timeout=_FRAME_SECONDS)
        except TritonError as error:
            if error.reason == Reason.MEMORY_SHORT or name not in self.ready():
                raise  # it is Triton that does not answer
            raise AnswerError(error.message) from error
        texts, boxes = result.as_numpy("texts"), result.as_numpy("coordinates")
        try:
            return [Reading(bytes(text).decode(), _box(box)) for text, box in zip(texts.flat, boxes, strict=True)]
        except (AttributeError, TypeError, ValueError) as error:
            raise AnswerError(f"model {name!r} answers with other texts or coordinates than a pipeline's") from error

    def traffic(self, name: str, release: str) -> Traffic | None:
        """By the page of metrics."""
        page = fetch_page(self._metrics_url)
        return parse_traffic(page, name, release) if page else None

    def free_gpu_memory(self) -> int | None:
        """By the page of metrics."""
        return parse_free_gpu_memory(fetch_page(self._metrics_url))

    def _in_state(self, state: str) -> frozenset[str]:
        with self._translated("list its models"):
            index = self._client.get_model_repository_index(self._headers, client_timeout=_ANSWER_SECONDS)
        return frozenset(model.name for model in index.models if model.state == state)

    @contextmanager
    def _translated(self, wish: str, otherwise: Reason = Reason.TRITON_UNAVAILABLE) -> Iterator[None]:
        try:
            yield
        except InferenceServerException as error:
            raise self._translate(error, wish, otherwise) from error

    def _translate(self, error: InferenceServerException, wish: str, otherwise: Reason) -> TritonError:
        whole = str(error.message())
        text, words = _shortened(whole), whole.lower()
        if error.status() in _AWAY:
            return TritonError(Reason.TRITON_UNAVAILABLE, f"Triton at {self._address} does not answer: {text}")
        if any(each in words for each in _NO_MEMORY):
            return TritonError(Reason.MEMORY_SHORT, f"Triton has no memory to {wish}: {text}")
        suspicious = any(each in words for each in _NOT_HEALTHY)
        if suspicious or any(each in words for each in _NOT_STARTED):
            return BusyError(f"Triton cannot {wish}, or not in time: {text}", suspicious=suspicious)
        return TritonError(otherwise, f"Triton cannot {wish}: {text}")


def _box(values: Any) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(value) for value in values)
    return x1, y1, x2, y2


def _shortened(text: str, limit: int = 600) -> str:
    """One line; of a long traceback the beginning, which names the model, and the end, which names the error."""
    line = " ".join(text.split())
    half = limit // 2
    return line if len(line) <= limit else f"{line[:half]} ... {line[-half:]}"
