"""A client of the pipeline, over tritonclient alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tritonclient.grpc
import tritonclient.http

MODEL = "plate_recognition"
OUTPUTS = ("coordinates", "texts", "text_scores", "detection_scores", "release")

TIMEOUT = 120.0
"""Seconds that an answer may take: a request that hangs is an error, not the end of all tests."""


@dataclass(frozen=True)
class Reading:
    """What one frame was answered with; `boxes` is [N, 4] in the frame's pixels."""

    release: str
    texts: list[str]
    boxes: np.ndarray
    version: str


def picture(path: Path) -> np.ndarray:
    """A picture as OpenCV decodes it: [H, W, 3] uint8, BGR."""
    frame = cv2.imread(str(path))
    assert frame is not None, f"{path} is no picture"
    return frame


def recognize(url: str, frame: np.ndarray, protocol: str = "grpc") -> Reading:
    """Ask the pipeline about one frame over gRPC or HTTP."""
    module: Any = tritonclient.grpc if protocol == "grpc" else tritonclient.http
    tensor = module.InferInput("input__0", list(frame.shape), "UINT8")
    tensor.set_data_from_numpy(frame)
    outputs = [module.InferRequestedOutput(name) for name in OUTPUTS]
    limits = ({}, {"client_timeout": TIMEOUT}) if protocol == "grpc" else ({"network_timeout": TIMEOUT}, {})
    with module.InferenceServerClient(url, **limits[0]) as client:
        result = client.infer(MODEL, [tensor], outputs=outputs, **limits[1])
    texts = [text.decode() for text in result.as_numpy("texts").reshape(-1)]
    response = result.get_response()
    version = response.model_version if protocol == "grpc" else response["model_version"]
    release = result.as_numpy("release").reshape(-1)[0].decode()
    return Reading(release, texts, result.as_numpy("coordinates"), version)
