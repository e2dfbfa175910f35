"""A rendered street as files: the picture, and beside it the labels that `platerec-eval` reads."""

from pathlib import Path

import cv2
import numpy as np

from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.labels import LabelledFile, LabelledPlate, Labels
from platerec_convert.synthetic.panel import Picture
from platerec_convert.synthetic.town.street import SeenPlate, Street

QUALITY = 84
TOO_NARROW = 36
"""Plates narrower than this, in pixels, are not asked for."""


def write_street(street: Street, path: Path) -> None:
    """The JPEG at this path and its labels beside it. Raises ConversionError when they cannot be written."""
    labels = label_street(street, path.name)
    _write(path, _encoded(street.photograph()))
    _write(path.with_suffix(".json"), labels.to_json() + b"\n")


def label_street(street: Street, file: str) -> Labels:
    """Every plate that can be seen whole."""
    return Labels(files=(LabelledFile(file=file, plates=tuple(_label(plate) for plate in street.plates)),))


def _label(plate: SeenPlate) -> LabelledPlate:
    corners = np.round(plate.corners.astype(float), 1)
    (x1, y1), (x2, y2) = corners.min(axis=0), corners.max(axis=0)
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners.tolist()
    return LabelledPlate(
        text=plate.text,
        optional=plate.width < TOO_NARROW,
        boxes={0: (float(x1), float(y1), float(x2), float(y2))},
        corners={0: ((ax, ay), (bx, by), (cx, cy), (dx, dy))},
    )


def _encoded(picture: Picture) -> bytes:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return data.tobytes()


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ConversionError(f"{path} cannot be written: {error.strerror or error}.") from error
