"""Small real models for a real Triton."""

import json
import shutil
from pathlib import Path

from PIL import Image

import platerec_pipeline.pins

TENSORS = """backend: "python"
input [{ name: "x" data_type: TYPE_FP32 dims: [ 1 ] }]
output [{ name: "y" data_type: TYPE_STRING dims: [ 1 ] }]
"""

INSTANCES = "instance_group [{ count: 2 kind: KIND_CPU }]\n"

ECHO = '''
import numpy as np
import triton_python_backend_utils as pb


class TritonPythonModel:
    """Answers with its own name and MARK."""

    def initialize(self, args):
        self.name = args["model_name"]

    def execute(self, requests):
        answer = pb.Tensor("y", np.array([f"{self.name} {MARK}".encode()], dtype=object))
        return [pb.InferenceResponse([answer]) for _ in requests]


MARK = ""
'''

PIPELINE = '''
import pathlib
import time

import numpy as np
import triton_python_backend_utils as pb

from platerec_pipeline.pins import PinsFile


class TritonPythonModel:
    """Holds the pins, calls the reader twice, answers with the release and what the readers said.

    Between the two calls it waits as many seconds as the request says.
    """

    def initialize(self, args):
        self.pins = PinsFile(
            pathlib.Path(args["model_repository"]).parent
            / f".pins/{args['model_name']}-{args['model_version']}.json"
        )

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        with self.pins.held() as pins:
            return self.read(request, pins)

    def read(self, request, pins):
        seconds = float(pb.get_input_tensor_by_name(request, "x").as_numpy()[0])
        words = [pins.release]
        for pause in (seconds, 0):
            call = pb.InferenceRequest(
                model_name=pins.model("plate_reader"),
                requested_output_names=["y"],
                inputs=[pb.get_input_tensor_by_name(request, "x")],
            ).exec()
            if call.has_error():
                return pb.InferenceResponse(error=pb.TritonError(call.error().message()))
            words.append(pb.get_output_tensor_by_name(call, "y").as_numpy()[0].decode())
            time.sleep(pause)
        return pb.InferenceResponse([pb.Tensor("y", np.array(["|".join(words).encode()], dtype=object))])
'''


def write_model(folder: Path, code: str, version: int = 1, config: str = TENSORS) -> None:
    """A model of the Python backend."""
    path = folder / str(version)
    path.mkdir(parents=True, exist_ok=True)
    (folder / "config.pbtxt").write_text(config)
    (path / "model.py").write_text(code)


def write_built_folder(
    root: Path, reader_version: int, reader: str = ECHO, payload: bytes = b"", pipeline_version: int = 1
) -> Path:
    """A folder of built models whose reader is of that version; `payload` makes it as big as a test wants."""
    write_model(root / "cpu-onnx/plate_detector", ECHO)
    write_model(root / "cpu-onnx/plate_reader", reader, reader_version)
    write_model(root / "cpu-onnx/plate_recognition", PIPELINE, pipeline_version, TENSORS + INSTANCES)
    package = root / f"cpu-onnx/plate_recognition/{pipeline_version}/platerec_pipeline"
    package.mkdir()
    shutil.copy(platerec_pipeline.pins.__file__, package)
    if payload:
        (root / f"cpu-onnx/plate_reader/{reader_version}/weights.bin").write_bytes(payload)
    return root


RECOGNITION = """backend: "python"
input [{ name: "input__0" data_type: TYPE_UINT8 dims: [ -1, -1, 3 ] }]
output [
  { name: "coordinates" data_type: TYPE_FP32 dims: [ -1, 4 ] },
  { name: "texts" data_type: TYPE_STRING dims: [ -1, 1 ] }
]
"""

RECOGNIZER = '''
import pathlib
import time

import numpy as np
import triton_python_backend_utils as pb

from platerec_pipeline.pins import PinsFile


class TritonPythonModel:
    """Sees one plate in any frame, with the text that its reader says."""

    def initialize(self, args):
        time.sleep(STARTING)
        self.pins = PinsFile(
            pathlib.Path(args["model_repository"]).parent
            / f".pins/{args['model_name']}-{args['model_version']}.json"
        )

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        FIRST
        with self.pins.held() as pins:
            call = pb.InferenceRequest(
                model_name=pins.model("plate_reader"),
                requested_output_names=["y"],
                inputs=[pb.Tensor("x", np.zeros(1, np.float32))],
            ).exec()
            if call.has_error():
                return pb.InferenceResponse(error=pb.TritonError(call.error().message()))
            text = pb.get_output_tensor_by_name(call, "y").as_numpy()[0]
        box = np.array([[10, 10, 50, 20]], np.float32)
        return pb.InferenceResponse([pb.Tensor("coordinates", box), pb.Tensor("texts", np.array([[text]], object))])
'''

READER = '''
import time

import numpy as np
import triton_python_backend_utils as pb


class TritonPythonModel:
    """Reads TEXT."""

    def initialize(self, args):
        time.sleep(LOADING)

    def execute(self, requests):
        time.sleep(READING)
        answer = pb.Tensor("y", np.array([TEXT.encode()], dtype=object))
        return [pb.InferenceResponse([answer]) for _ in requests]


'''


def write_recognizer(
    root: Path,
    reader_version: int,
    text: str,
    *,
    expected: str = "",
    loading: float = 0.0,
    reading: float = 0.01,
    starting: float = 0.0,
    first: str = "pass",
    pipeline_version: int = 1,
    payload: bytes = b"",
) -> Path:
    """A folder of built models whose reader says `text`, with a golden picture that shall be read as `expected`.

    `loading` and `reading` are the seconds that the reader takes, `starting` those that the pipeline takes to load;
    `first` is what it does before each frame. `payload` makes the reader as big as a test wants.
    """
    reader = f"{READER}TEXT, LOADING, READING = {text!r}, {loading}, {reading}\n"
    pipeline = root / f"cpu-onnx/plate_recognition/{pipeline_version}"
    write_model(root / "cpu-onnx/plate_detector", ECHO)
    write_model(root / "cpu-onnx/plate_reader", reader, reader_version)
    code = RECOGNIZER.replace("FIRST", first).replace("STARTING", str(starting))
    if payload:
        (root / f"cpu-onnx/plate_reader/{reader_version}/weights.bin").write_bytes(payload)
    write_model(root / "cpu-onnx/plate_recognition", code, pipeline_version, RECOGNITION + INSTANCES)
    (pipeline / "platerec_pipeline").mkdir()
    shutil.copy(platerec_pipeline.pins.__file__, pipeline / "platerec_pipeline")
    plate = {"text": expected or text, "box": [10, 10, 50, 20]}
    golden = root / "golden"
    golden.mkdir()
    (golden / "golden.json").write_text(json.dumps({"samples": [{"picture": "street.png", "plates": [plate]}]}))
    Image.new("RGB", (64, 48)).save(golden / "street.png")
    return root
