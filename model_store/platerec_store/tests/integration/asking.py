"""Asking models of a real Triton, over its HTTP protocol in JSON."""

import json
import urllib.error
import urllib.request
from typing import Any


class RequestError(AssertionError):
    """Triton answered with an error."""


def ask_pipeline(address: str, seconds: float = 0.0) -> str:
    """The answer of the test's pipeline: the release, and what the reader said before and after those seconds."""
    return str(_ask(address, "plate_recognition", "x", [1], [seconds])[0])


def ask_softmax(address: str) -> list[float]:
    """The softmax of four equal numbers."""
    return [float(value) for value in _ask(address, "softmax", "input__0", [1, 4], [1.0] * 4)]


def _ask(address: str, model: str, name: str, shape: list[int], values: list[float]) -> list[Any]:
    tensor = {"name": name, "shape": shape, "datatype": "FP32", "data": values}
    body = json.dumps({"inputs": [tensor]}).encode()
    try:
        with urllib.request.urlopen(f"http://{address}/v2/models/{model}/infer", body, timeout=60) as answer:
            data: list[Any] = json.loads(answer.read())["outputs"][0]["data"]
            return data
    except urllib.error.HTTPError as error:
        raise RequestError(error.read().decode()) from error
