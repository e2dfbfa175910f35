"""Clients of the pipeline with tritonclient's ordinary settings. Runs in the load's pod."""

from pathlib import Path
from typing import Any

import numpy as np
import tritonclient.grpc.aio
import tritonclient.http.aio
from PIL import Image

from bench.records import Answer

MODEL = "plate_recognition"
OUTPUTS = ("coordinates", "texts", "text_scores", "release")
MODULES: dict[str, Any] = {"grpc": tritonclient.grpc.aio, "http": tritonclient.http.aio}


class Client:
    """One client with its connections; to be made where an event loop runs."""

    def __init__(self, protocol: str, url: str, frames: list[np.ndarray]) -> None:
        module = MODULES[protocol]
        self._client = module.InferenceServerClient(url)
        self._outputs = [module.InferRequestedOutput(name) for name in OUTPUTS]
        self._inputs = []
        for frame in frames:
            tensor = module.InferInput("input__0", list(frame.shape), "UINT8")
            tensor.set_data_from_numpy(frame)
            self._inputs.append(tensor)

    async def ask(self, frame: int) -> Answer:
        """The answer to one of the frames, rounded far below what the releases' marks differ by."""
        result = await self._client.infer(MODEL, [self._inputs[frame]], outputs=self._outputs)
        texts, scores, release = (result.as_numpy(name).reshape(-1) for name in OUTPUTS[1:])
        return Answer(
            release=release[0].decode(),
            texts=tuple(text.decode() for text in texts),
            boxes=tuple(tuple(round(float(edge), 3) for edge in box) for box in result.as_numpy("coordinates")),
            scores=tuple(round(float(score), 5) for score in scores),
        )

    async def close(self) -> None:
        await self._client.close()


def read_frame(path: Path) -> np.ndarray:
    """A picture as the pipeline wants it: [H, W, 3] uint8, BGR."""
    with Image.open(path) as picture:
        return np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1])
