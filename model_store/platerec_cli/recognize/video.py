"""Videos by OpenCV, the only module that needs it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

from platerec_cli.recognize.client import Frame

USUAL_FRAME_RATE = 25.0

# A file that cannot be read gets a sentence of ours; without these two, decoders add lines of their own.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def count_frames(path: Path) -> int | None:
    """How many frames a video says it has; None when it does not say."""
    with _open(path) as capture:
        count = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    return count if count > 0 else None


def read_frames(path: Path) -> Iterator[Frame]:
    """The frames of a video in order; none when it is no video."""
    with _open(path) as capture:
        found, frame = capture.read()
        while found:
            yield frame.astype(np.uint8, copy=False)
            found, frame = capture.read()


@contextmanager
def open_writer(source: Path, target: Path) -> Iterator[Callable[[Frame], None]]:
    """A function that appends a frame to the video `target`, which runs as fast as `source`."""
    with _open(source) as capture:
        rate = float(capture.get(cv2.CAP_PROP_FPS)) or USUAL_FRAME_RATE
    writer = cv2.VideoWriter()

    def write(frame: Frame) -> None:
        if not writer.isOpened():
            height, width = frame.shape[:2]
            target.write_bytes(b"")  # OpenCV does not say why it cannot write, the system does
            writer.open(str(target), cv2.VideoWriter.fourcc(*"mp4v"), rate, (width, height))
        writer.write(frame)

    try:
        yield write
    finally:
        writer.release()


@contextmanager
def _open(path: Path) -> Iterator[cv2.VideoCapture]:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        yield capture
    finally:
        capture.release()
