"""A detector without a network: one plate in every frame, in the box that `mark.json` beside it names."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """Triton's class of a Python model."""

    def initialize(self, _args: dict[str, str]) -> None:
        box = json.loads((Path(__file__).parent / "mark.json").read_text())
        self.boxes = np.array([box], dtype=np.float32)

    def execute(self, requests: list[Any]) -> list[Any]:
        return [self.answer() for _ in requests]

    def answer(self) -> Any:
        outputs = {
            "boxes": self.boxes,
            "scores": np.array([0.9], dtype=np.float32),
            "crops": np.zeros((1, 3, 24, 94), dtype=np.float32),
        }
        return pb_utils.InferenceResponse([pb_utils.Tensor(name, value) for name, value in outputs.items()])
