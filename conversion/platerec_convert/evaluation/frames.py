"""The frames of pictures and videos, by OpenCV: BGR, turned upright."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.answers import Frame

os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # a file that cannot be read gets a sentence of ours

import cv2

PICTURES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})


def read_frames(path: Path) -> Iterator[Frame]:
    """The frames in order, one of a picture. Raises ConversionError when there is not one."""
    if not path.is_file():
        raise ConversionError(f"There is no file {path}.")
    empty = True
    for frame in _pictures(path) if path.suffix.lower() in PICTURES else _video(path):
        empty = False
        yield frame
    if empty:
        raise ConversionError(f"{path} is no picture or video that OpenCV can read.")


def _pictures(path: Path) -> Iterator[Frame]:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is not None:
        yield picture.astype(np.uint8, copy=False)


def _video(path: Path) -> Iterator[Frame]:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        found, frame = capture.read()
        while found:
            yield frame.astype(np.uint8, copy=False)
            found, frame = capture.read()
    finally:
        capture.release()
