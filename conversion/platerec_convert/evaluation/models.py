"""The pipeline in this process: the `cpu-onnx` models of a folder, called as the served pipeline calls them."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.answers import Answer, Floats, Frame
from platerec_pipeline.calibration import IDENTITY, CalibrationError, load_calibration
from platerec_pipeline.decode import Decoder, log_softmax
from platerec_pipeline.grammar import GRAMMARS, GrammarError, load_grammar
from platerec_pipeline.plates import Plates

PROFILE = "cpu-onnx"
RECTIFIER, READER, PIPELINE = "plate_rectifier", "plate_reader", "plate_recognition"


@dataclass(frozen=True)
class Settings:
    """The recognizer's settings of the same names, with its defaults; `calibrated`: as the folder's pipeline says."""

    detection_threshold: float = 0.4
    max_plates: int = 64
    grammar: str = "ru"
    calibrated: bool = True


class BuiltModels:
    """Reads frames with the models of a folder. Raises ConversionError when one is missing or cannot be loaded."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        if not folder.is_dir():
            raise ConversionError(f"There is no folder of built models {folder}: build one with platerec-convert.")
        self._settings = settings
        self._detector = _load_model(folder, "plate_detector")
        # A release without a rectifier has a reader that rectifies.
        fused = not (folder / PROFILE / RECTIFIER).exists()
        self._crops_models = [_load_model(folder, model) for model in ((READER,) if fused else (RECTIFIER, READER))]
        try:
            pipeline = _pipeline(folder)
            calibration = load_calibration(pipeline / "calibration.json") if settings.calibrated else IDENTITY
            self.decoder = Decoder(load_grammar(settings.grammar, pipeline / "grammars"), calibration)
        except (GrammarError, CalibrationError) as error:
            raise ConversionError(f"The texts cannot be decoded: {error}.") from error

    def recognize(self, frame: Frame) -> Answer:
        """The plates of a frame, best detection first."""
        boxes, scores, crops = self._detector.run(["boxes", "scores", "crops"], {"input__0": frame})
        plates = Plates.above(boxes, scores, self._settings.detection_threshold, self._settings.max_plates)
        count = len(plates.boxes)
        if count == 0:
            return Answer(plates, np.zeros((0, 0, 0), dtype=np.float32))
        tensor: Floats = crops[:count]
        for session in self._crops_models:
            (tensor,) = session.run(["output__0"], {"input__0": tensor})
        return Answer(plates.read_as(*self.decoder.decode(tensor)), log_softmax(tensor))


def _pipeline(folder: Path) -> Path:
    """The data of the folder's own pipeline; where there is none, that of this installation, without a calibration."""
    found = sorted((folder / PROFILE / PIPELINE).glob("[0-9]*/platerec_pipeline/grammars"))
    return found[-1].parent if found else GRAMMARS.parent


def _every_core() -> Any:
    """Threads for all cores that this process may use; by itself ONNX Runtime counts those of the machine."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = len(os.sched_getaffinity(0))
    return options


def _load_model(folder: Path, model: str) -> Any:
    found = sorted((folder / PROFILE / model).glob("[0-9]*/model.onnx"))
    if len(found) != 1:
        what = "more than one" if found else "no"
        raise ConversionError(
            f"{folder} has {what} {PROFILE}/{model}/<version>/model.onnx: build that profile with platerec-convert, "
            "or name another folder by --models."
        )
    try:
        return onnxruntime.InferenceSession(str(found[0]), _every_core(), providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no base of their own
        raise ConversionError(f"{found[0]} is no model that ONNX Runtime can load.") from error
