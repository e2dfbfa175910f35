"""The pipeline as a client sees it: a frame in, an `Answer` out, the same over gRPC and HTTP."""

from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import Any, Self
from urllib.parse import urlsplit

import numpy as np
import tritonclient.grpc
import tritonclient.http
from geventhttpclient.response import HTTPParseError
from numpy.typing import NDArray
from tritonclient.utils import InferenceServerException

from platerec_pipeline.plates import REPORTING_THRESHOLD

INPUT = "input__0"
OUTPUTS = ("coordinates", "texts", "text_scores", "detection_scores", "release")
TIMEOUT_SECONDS = 60.0

Frame = NDArray[np.uint8]
"""Height, width, 3: BGR, as OpenCV decodes it."""


class Protocol(StrEnum):
    """How to talk to Triton; the value is the name for people."""

    GRPC = "gRPC"
    HTTP = "HTTP"

    @property
    def port(self) -> int:
        """Triton's usual port for the protocol."""
        return 8001 if self is Protocol.GRPC else 8000


class ServerError(Exception):
    """The server cannot be asked, or does not answer; the message is one sentence for a person."""


class RefusedError(ServerError):
    """The server refuses a frame; it may well answer the next."""


@dataclass(frozen=True)
class Plate:
    """A plate: its box is x1, y1, x2, y2 in the frame's pixels; a model may leave the scores out."""

    text: str
    box: tuple[float, float, float, float]
    text_score: float | None = None
    detection_score: float | None = None

    @property
    def label(self) -> str:
        """What people are shown: the text, or a question mark where the reader does not trust its own."""
        trusted = self.text_score is None or self.text_score >= REPORTING_THRESHOLD
        return self.text if self.text and trusted else "?"


@dataclass(frozen=True)
class Answer:
    """What a recognizer says of one frame, and the release that said it."""

    release: str | None
    plates: tuple[Plate, ...]


class Client:
    """A connection to the pipeline of one Triton server or Service.

    Raises ServerError for all that goes wrong with the server; opening it checks that the model is ready.
    """

    def __init__(self, url: str, protocol: Protocol, model: str) -> None:
        self._url, self._protocol, self._model = url, protocol, model
        self._triton: ModuleType = tritonclient.grpc if protocol is Protocol.GRPC else tritonclient.http
        self._outputs: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        if not _is_address(self._url):
            raise ServerError(f"{self._url!r} is no address: give host:port with --url, such as localhost:8001.")
        with ExitStack() as opened:
            try:
                self._client = self._connect()
                # Closed here and now: left to the garbage collector, an HTTP client may be closed in another thread,
                # which its event loop does not bear.
                opened.callback(self._client.close)
                if not self._client.is_model_ready(self._model):
                    raise ServerError(self._not_ready())
                self._outputs = self._known_outputs()
            except (InferenceServerException, HTTPParseError, OSError) as error:
                raise self._explain_connect(error) from error
            opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def recognize(self, frame: Frame) -> Answer:
        """Send one frame and wait for its plates. RefusedError when it is this frame that the server does not take."""
        tensor = self._triton.InferInput(INPUT, list(frame.shape), "UINT8")
        tensor.set_data_from_numpy(frame)
        outputs = [self._triton.InferRequestedOutput(name) for name in self._outputs]
        options = {"client_timeout": TIMEOUT_SECONDS} if self._protocol is Protocol.GRPC else {}
        try:
            result = self._client.infer(self._model, [tensor], outputs=outputs, **options)
        except (InferenceServerException, HTTPParseError, OSError) as error:
            raise self._explain(error) from error
        arrays = {name: result.as_numpy(name) for name in self._outputs}
        return Answer(_release_of(result.get_response(), arrays.get("release")), build_plates(arrays))

    def _connect(self) -> Any:
        if self._protocol is Protocol.GRPC:
            return tritonclient.grpc.InferenceServerClient(self._url)
        return tritonclient.http.InferenceServerClient(
            self._url, connection_timeout=TIMEOUT_SECONDS, network_timeout=TIMEOUT_SECONDS
        )

    def _known_outputs(self) -> tuple[str, ...]:
        """A pipeline of `layout: repository` need have neither scores nor release."""
        metadata = self._client.get_model_metadata(self._model)
        if self._protocol is Protocol.GRPC:
            known = {output.name for output in metadata.outputs}
        else:
            known = {output["name"] for output in metadata["outputs"]}
        if not {"coordinates", "texts"} <= known:
            raise ServerError(
                f"Model {self._model!r} at {self._url} gives no coordinates and texts: name the pipeline with --model."
            )
        return tuple(name for name in OUTPUTS if name in known)

    def _not_ready(self) -> str:
        return (
            f"Model {self._model!r} at {self._url} is not ready: "
            "look at the recognizer's conditions with `kubectl describe plr`."
        )

    def _explain_connect(self, error: Exception) -> ServerError:
        if _is_silence(error):
            return ServerError(
                f"No Triton answers at {self._url} over {self._protocol}: start "
                f"`kubectl port-forward service/<recognizer> {self._protocol.port}`, or correct --url."
            )
        return self._explain(error)

    def _explain(self, error: Exception) -> ServerError:
        message = " ".join(str(error).split())
        if _is_timeout(error):
            return ServerError(f"Triton at {self._url} gave no answer within {TIMEOUT_SECONDS:.0f} seconds: try again.")
        if _is_silence(error):
            return ServerError(f"Triton at {self._url} cannot answer now, try again: {message}")
        if "unknown model" in message and self._model in message:
            return ServerError(self._not_ready())
        return RefusedError(f"Triton at {self._url} refused the request: {message}")


def _is_address(url: str) -> bool:
    try:
        return urlsplit(f"//{url}").port is not None
    except ValueError:  # a port that is no number, or too large a one
        return False


def _is_timeout(error: Exception) -> bool:
    status = error.status() if isinstance(error, InferenceServerException) else None
    return status == "StatusCode.DEADLINE_EXCEEDED" or isinstance(error, TimeoutError)


def _is_silence(error: Exception) -> bool:
    """Whether nothing on the other end speaks the protocol, or it says that it is not there for the moment."""
    status = error.status() if isinstance(error, InferenceServerException) else None
    return status in {None, "StatusCode.UNAVAILABLE"} and not isinstance(error, TimeoutError)


def build_plates(arrays: dict[str, Any]) -> tuple[Plate, ...]:
    """The outputs of one response, by name, as plates in the order of the model."""
    count = len(arrays["texts"])
    text_scores = _column(arrays.get("text_scores"), count)
    detection_scores = _column(arrays.get("detection_scores"), count)
    rows = zip(arrays["texts"].reshape(-1), arrays["coordinates"], text_scores, detection_scores, strict=True)
    return tuple(
        Plate(bytes(text).decode(), (float(x1), float(y1), float(x2), float(y2)), text_score, score)
        for text, (x1, y1, x2, y2), text_score, score in rows
    )


def _column(array: NDArray[np.float32] | None, count: int) -> list[float] | list[None]:
    return [None] * count if array is None else [float(value) for value in array.reshape(-1)]


def _release_of(response: Any, output: NDArray[np.object_] | None) -> str | None:
    """The response parameter `release`, or the output: Python backends before Triton 2.55 set no parameters."""
    if isinstance(response, dict):
        release = response.get("parameters", {}).get("release")
    else:
        parameters = response.parameters
        release = parameters["release"].string_param if "release" in parameters else None
    if not release and output is not None:
        release = bytes(output.reshape(-1)[0]).decode()
    return str(release) if release else None
