"""A pipeline that speaks Triton's two protocols on real sockets and answers from a script."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import grpc
import numpy as np
from tritonclient.grpc import service_pb2 as messages
from tritonclient.grpc import service_pb2_grpc as service
from tritonclient.utils import serialize_byte_tensor

SCORED = ("coordinates", "texts", "text_scores", "detection_scores")
DATATYPES = dict.fromkeys(SCORED, "FP32") | {"texts": "BYTES", "release": "BYTES"}


@dataclass
class Script:
    """What the fake answers, and the shapes that it was sent."""

    plates: list[tuple[str, tuple[float, float, float, float]]]
    outputs: tuple[str, ...] = SCORED
    release: str | None = "2026.11.3"
    ready: bool = True
    refusal: str = ""
    refused_shape: list[int] | None = None
    refusal_code: grpc.StatusCode = grpc.StatusCode.INVALID_ARGUMENT
    shapes: list[list[int]] = field(default_factory=list)

    def refusal_of(self, shape: list[int]) -> str:
        """Why a frame is refused; empty when it is answered."""
        return self.refusal if self.refused_shape in (None, shape) else ""

    def arrays(self) -> dict[str, tuple[list[int], bytes]]:
        """Output name -> shape and raw bytes, as Triton puts them on the wire."""
        count = len(self.plates)
        texts = np.array([[text.encode()] for text, _ in self.plates], dtype=np.object_).reshape(count, 1)
        boxes = np.array([box for _, box in self.plates], np.float32).reshape(count, 4)
        scores = np.linspace(0.9, 0.8, count, dtype=np.float32).reshape(count, 1)
        raw = {
            "coordinates": boxes.tobytes(),
            "texts": serialize_byte_tensor(texts).item() if count else b"",
            "text_scores": scores.tobytes(),
            "detection_scores": scores.tobytes(),
            "release": serialize_byte_tensor(np.array([b"from-an-output"], np.object_)).item(),
        }
        shapes = {name: [count, 1] for name in SCORED} | {"coordinates": [count, 4], "release": [1]}
        return {name: (shapes[name], raw[name]) for name in self.outputs}


class GrpcPipeline(service.GRPCInferenceServiceServicer):  # type: ignore[misc]
    """The three calls that the client makes, over gRPC."""

    def __init__(self, script: Script) -> None:
        self.script = script

    def ModelReady(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return messages.ModelReadyResponse(ready=self.script.ready)

    def ModelMetadata(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        tensors = [
            messages.ModelMetadataResponse.TensorMetadata(name=name, datatype=DATATYPES[name])
            for name in self.script.outputs
        ]
        return messages.ModelMetadataResponse(name="plate_recognition", outputs=tensors)

    def ModelInfer(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.script.shapes.append(list(request.inputs[0].shape))
        assert len(request.raw_input_contents[0]) == np.prod(request.inputs[0].shape)
        if refusal := self.script.refusal_of(list(request.inputs[0].shape)):
            context.abort(self.script.refusal_code, refusal)
        response = messages.ModelInferResponse(model_name="plate_recognition")
        if self.script.release:
            response.parameters["release"].string_param = self.script.release
        for name, (shape, raw) in self.script.arrays().items():
            response.outputs.add(name=name, datatype=DATATYPES[name], shape=shape)
            response.raw_output_contents.append(raw)
        return response


class HttpPipeline(BaseHTTPRequestHandler):
    """The three calls that the client makes, over HTTP."""

    script: Script
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.endswith("/ready"):
            self._answer(200 if self.script.ready else 400, b"")
        else:
            outputs = [{"name": name} for name in self.script.outputs]
            self._answer(200, json.dumps({"outputs": outputs}).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        header = json.loads(body[: int(self.headers["Inference-Header-Content-Length"])])
        self.script.shapes.append(header["inputs"][0]["shape"])
        if refusal := self.script.refusal_of(header["inputs"][0]["shape"]):
            self._answer(400, json.dumps({"error": refusal}).encode())
            return
        arrays = self.script.arrays()
        outputs = [
            {
                "name": name,
                "datatype": DATATYPES[name],
                "shape": shape,
                "parameters": {"binary_data_size": len(raw)},
            }
            for name, (shape, raw) in arrays.items()
        ]
        parameters = {"release": self.script.release} if self.script.release else {}
        head = json.dumps({"outputs": outputs, "parameters": parameters}).encode()
        self._answer(200, head + b"".join(raw for _, raw in arrays.values()), len(head))

    def _answer(self, code: int, body: bytes, head_length: int | None = None) -> None:
        self.send_response(code)
        if head_length is not None:
            self.send_header("Inference-Header-Content-Length", str(head_length))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def serve_grpc(script: Script) -> Iterator[str]:
    limits = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.server(ThreadPoolExecutor(2), options=limits)
    service.add_GRPCInferenceServiceServicer_to_server(GrpcPipeline(script), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


@contextmanager
def serve_http(script: Script) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Pipeline", (HttpPipeline,), {"script": script}))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
