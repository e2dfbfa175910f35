"""What a client may send: one frame, in BGR unless the request says otherwise."""

import json

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]


class RequestError(ValueError):
    """A request that cannot be answered; the message is one sentence for its sender."""


def parse_frame(pixels: NDArray[np.generic], parameters: str) -> Frame:
    """The frame as the detector takes it, `[H,W,3]` UINT8 BGR. `parameters` is the request's JSON, or empty."""
    if pixels.dtype != np.uint8:
        raise RequestError(f"input__0 must be UINT8, not {pixels.dtype}.")
    if pixels.ndim != 3:
        raise RequestError(f"input__0 must be one frame of shape [height, width, 3], not {list(pixels.shape)}.")
    if pixels.shape[2] != 3:
        raise RequestError(f"input__0 must have 3 colour channels, not {pixels.shape[2]}; convert the frame to BGR.")
    if pixels.size == 0:
        raise RequestError(f"input__0 is an empty frame of shape {list(pixels.shape)}.")
    frame = pixels.astype(np.uint8, copy=False)
    return frame if parse_color(parameters) == "bgr" else np.ascontiguousarray(frame[:, :, ::-1])


def parse_color(parameters: str) -> str:
    """The order of the channels: the request parameter `color`, `bgr` (the default) or `rgb`."""
    color = json.loads(parameters or "{}").get("color", "bgr")
    if color not in ("bgr", "rgb"):
        raise RequestError(f"The request parameter color must be 'bgr' or 'rgb', not {color!r}.")
    return str(color)
