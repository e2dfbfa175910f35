"""A reader without a network: for every crop the logits of the text that `mark.json` beside it names."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils

CLASSES = "0123456789ABEKMHOPCTYX-"
COLUMNS = 18


class TritonPythonModel:
    """Triton's class of a Python model."""

    def initialize(self, _args: dict[str, str]) -> None:
        text = json.loads((Path(__file__).parent / "mark.json").read_text())
        # A blank after each symbol keeps equal neighbours apart.
        path = "-".join(text).ljust(COLUMNS, "-")
        self.logits = np.zeros((len(CLASSES), COLUMNS), dtype=np.float32)
        self.logits[[CLASSES.index(symbol) for symbol in path], range(COLUMNS)] = 12

    def execute(self, requests: list[Any]) -> list[Any]:
        return [self.answer(request) for request in requests]

    def answer(self, request: Any) -> Any:
        plates = pb_utils.get_input_tensor_by_name(request, "input__0").shape()[0]
        logits = np.repeat(self.logits[None], plates, axis=0)
        return pb_utils.InferenceResponse([pb_utils.Tensor("output__0", logits)])
