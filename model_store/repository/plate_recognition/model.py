"""Triton's adapter of the pipeline: frame -> detector -> rectifier -> reader -> texts."""

import time
from pathlib import Path
from typing import Any

import triton_python_backend_utils as pb_utils

from platerec_pipeline.calibration import load_calibration
from platerec_pipeline.counters import Counters, Outcome
from platerec_pipeline.decode import Decoder
from platerec_pipeline.grammar import GrammarError, load_grammars
from platerec_pipeline.pins import Pins, PinsError, PinsFile
from platerec_pipeline.plates import Plates
from platerec_pipeline.request import Frame, RequestError, parse_frame

_UNAVAILABLE = ("is not ready", "not found", "is not available")  # how Triton's messages say it, of a sub-model


class StageError(RuntimeError):
    """A sub-model that failed."""


class TritonPythonModel:
    """One instance; Triton runs several side by side, each with one request at a time."""

    def initialize(self, args: dict[str, str]) -> None:
        """Read all that lies in the version's folder, which may be replaced while this instance still serves."""
        pins = f".pins/{args['model_name']}-{args['model_version']}.json"
        self.pins = PinsFile(Path(args["model_repository"]).parent / pins)
        calibration = load_calibration()
        self.decoders = {country: Decoder(grammar, calibration) for country, grammar in load_grammars().items()}
        self.counters = Counters(pb_utils)
        # For what numpy looks at; other tensors stay where a sub-model left them, on a GPU for instance.
        self.to_cpu = {"preferred_memory": pb_utils.PreferredMemory(pb_utils.TRITONSERVER_MEMORY_CPU, 0)}

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answer each request by itself, so that a bad one fails alone."""
        return [self.answer(request) for request in requests]

    def answer(self, request: Any) -> Any:
        """The response to one request, be it an error. From beginning to end it holds one release's pins."""
        began, release = time.monotonic(), ""
        outcome: Outcome = "failed"
        try:
            with self.pins.held() as pins:
                release = pins.release
                pixels = pb_utils.get_input_tensor_by_name(request, "input__0").as_numpy()
                plates = self.recognize(parse_frame(pixels, request.parameters()), pins)
            outcome = "answered"
        except (RequestError, PinsError, GrammarError, StageError) as error:
            outcome = "refused" if isinstance(error, RequestError) else "failed"
            return pb_utils.InferenceResponse(error=pb_utils.TritonError(str(error), code_of(error)))
        finally:
            self.counters.count(release, outcome, time.monotonic() - began)
        outputs, wanted = plates.as_outputs(pins.release), request.requested_output_names()
        tensors = [pb_utils.Tensor(name, outputs[name]) for name in wanted]
        try:
            return pb_utils.InferenceResponse(tensors, parameters={"release": pins.release})
        except TypeError:  # an older Triton cannot name it there; the output `release` says the same
            return pb_utils.InferenceResponse(tensors)

    def recognize(self, frame: Frame, pins: Pins) -> Plates:
        """The plates of a frame; one without any goes no further than the detector."""
        image = pb_utils.Tensor("input__0", frame)
        boxes, scores, crops = call(pins.model("plate_detector"), image, ["boxes", "scores", "crops"], self.to_cpu)
        plates = Plates.above(boxes.as_numpy(), scores.as_numpy(), pins.detection_threshold, pins.max_plates)
        count = len(plates.boxes)
        if count == 0:
            return plates
        crops = pb_utils.Tensor("input__0", crops.as_numpy()[:count])
        if "plate_rectifier" in pins.models:  # in a release without one, the reader rectifies
            (straight,) = call(pins.model("plate_rectifier"), crops, ["output__0"], {})
            crops = pb_utils.Tensor.from_dlpack("input__0", straight.to_dlpack())
        (logits,) = call(pins.model("plate_reader"), crops, ["output__0"], self.to_cpu)
        return plates.read_as(*self.decoder(pins.grammar).decode(logits.as_numpy()))

    def decoder(self, grammar: str) -> Decoder:
        """The decoder of a grammar."""
        if grammar not in self.decoders:
            raise GrammarError(f"there is no plate grammar {grammar!r}; known: {', '.join(self.decoders)}")
        return self.decoders[grammar]


def call(model: str, tensor: Any, outputs: list[str], options: dict[str, Any]) -> list[Any]:
    """The outputs of a sub-model, in the order asked for."""
    request = pb_utils.InferenceRequest(model_name=model, inputs=[tensor], requested_output_names=outputs, **options)
    response = request.exec()
    if response.has_error():
        raise StageError(f"{model} failed: {response.error().message()}")
    return [pb_utils.get_output_tensor_by_name(response, name) for name in outputs]


def code_of(error: Exception) -> Any:
    """The status of the answer: whose fault it is, and whether another try may help."""
    if isinstance(error, RequestError):
        return pb_utils.TritonError.INVALID_ARG
    away = isinstance(error, StageError) and any(words in str(error) for words in _UNAVAILABLE)
    return pb_utils.TritonError.UNAVAILABLE if away or isinstance(error, PinsError) else pb_utils.TritonError.INTERNAL
