"""Ultralytics checkpoints (YOLOv5u, v8, v11: one `Detect` head over DFL boxes) as a network for `PlateDetector`."""

import importlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from platerec_convert.errors import ConversionError
from platerec_convert.networks.crops import corners_of

PLATE = re.compile(r"plate|licen[cs]e|(^|[^a-z])lpr?([^a-z]|$)|number|номер", re.IGNORECASE)
"""How people name the class of plates."""


class YoloNetwork(nn.Module):
    """The network with its head decoded here, free of the cached anchors that would fix the frame's size.

    `classes` are those that are plates.
    """

    def __init__(self, model: Any, classes: list[int]) -> None:
        super().__init__()
        self.classes = classes
        self.layers: Any = model.model
        self.saved = frozenset(model.save)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """`[1,3,h,w]`, BGR 0..255, sides multiples of 32, to the boxes' corners `[A,4,2]` and scores `[A]`."""
        head = self.layers[-1]
        levels = self._features(pixels.flip(1) / 255)
        decoded = [
            decode_level(head.cv2[i](level), head.cv3[i](level)[:, self.classes], head.dfl, float(head.stride[i]))
            for i, level in enumerate(levels)
        ]
        boxes = torch.cat([boxes for boxes, _ in decoded])
        return corners_of(boxes), torch.cat([scores for _, scores in decoded])

    def _features(self, x: Tensor) -> list[Tensor]:
        """What the head is given; each layer names the earlier layers that it reads in `f`."""
        outputs: list[Tensor | None] = []
        for layer in self.layers[:-1]:
            x = layer(_inputs(layer.f, x, outputs))
            outputs.append(x if layer.i in self.saved else None)
        features: list[Tensor] = _inputs(self.layers[-1].f, x, outputs)
        return features


def _inputs(source: int | list[int], last: Tensor, outputs: list[Tensor | None]) -> Any:
    if isinstance(source, int):
        return last if source == -1 else outputs[source]
    return [last if index == -1 else outputs[index] for index in source]


def decode_level(boxes: Tensor, classes: Tensor, dfl: nn.Module, stride: float) -> tuple[Tensor, Tensor]:
    """One level of the head: `[1,4*bins,h,w]` and `[1,classes,h,w]` to boxes `[h*w,4]` and best scores `[h*w]`.

    A plate answers in a cluster of cells: only its peak keeps a score, or few plates would fill the candidates.
    The centres are counted from the tensor itself, so that neither a size nor a device becomes a constant.
    """
    ones = torch.ones_like(classes[0, 0])
    centre = torch.stack([ones.cumsum(1) - 0.5, ones.cumsum(0) - 0.5]).flatten(1)
    distance = dfl(boxes.flatten(2))[0]
    corners = torch.cat([centre - distance[:2], centre + distance[2:]]) * stride
    scores = classes.sigmoid().amax(dim=1, keepdim=True)
    peaks = functional.max_pool2d(scores, kernel_size=3, stride=1, padding=1) == scores
    return corners.transpose(0, 1), (scores * peaks).flatten()


def load_yolo(checkpoint: Path, settings_dir: Path) -> YoloNetwork:
    """The network of an Ultralytics checkpoint, ready for inference.

    Loading executes pickled code of the file: the caller has said so. Ultralytics keeps its settings in
    `settings_dir` and neither reports usage nor installs packages.
    """
    yolo = _import_yolo(settings_dir)
    try:
        model = yolo(str(checkpoint), task="detect").model
    except Exception as error:  # the unpickled code can raise anything, and Ultralytics' advice is for its own users
        raise ConversionError(f"{checkpoint} is not an Ultralytics checkpoint of a detector, or is damaged.") from error
    return _checked(model, checkpoint)


def _import_yolo(settings_dir: Path) -> Any:
    """The class of an extra, which reads its settings when it is imported."""
    os.environ["YOLO_CONFIG_DIR"] = str(settings_dir)
    os.environ["YOLO_AUTOINSTALL"] = "false"
    os.environ["YOLO_OFFLINE"] = "true"
    try:
        settings_dir.mkdir(parents=True, exist_ok=True)
        with _pillow_kept():
            ultralytics: Any = importlib.import_module("ultralytics")
            ultralytics.settings.update({"sync": False})
            return ultralytics.YOLO  # only now imported
    except ImportError as error:
        raise ConversionError(
            "An Ultralytics checkpoint needs an extra: in a clone, pip install '.[convert-ultralytics]'."
        ) from error
    except OSError as error:
        raise ConversionError(f"Ultralytics cannot keep its settings in {settings_dir}: {error.strerror}.") from error


@contextmanager
def _pillow_kept() -> Iterator[None]:
    """Ultralytics puts an `Image.open` of its own in Pillow's place, for the whole process."""
    kept = Image.open
    try:
        yield
    finally:
        Image.open = kept


def _checked(model: Any, checkpoint: Path) -> YoloNetwork:
    if not hasattr(model, "model"):  # what Ultralytics does not know it takes for a name
        raise ConversionError(f"{checkpoint} is not an Ultralytics checkpoint of a detector.")
    head = model.model[-1]
    if type(head).__name__ != "Detect" or not hasattr(head, "dfl"):
        raise ConversionError(
            f"{checkpoint} has a head of type {type(head).__name__}; YOLOv5u, v8 and v11 detectors can be converted."
        )
    if not all(torch.isfinite(weight).all() for weight in model.state_dict().values()):
        raise ConversionError(f"{checkpoint} is damaged: its weights contain NaN or infinity.")
    classes = plate_classes([str(name) for _, name in sorted(dict(model.names).items())])
    if not classes:
        raise ConversionError(
            f"{checkpoint} finds {len(model.names)} kinds of things, and none is named like a plate: "
            "convert a detector that was trained on plates."
        )
    return YoloNetwork(model.float().fuse(verbose=False).eval(), classes)


def plate_classes(names: list[str]) -> list[int]:
    """Which of a detector's classes are plates: the only one, whatever its name, or those that are named so."""
    if len(names) == 1:
        return [0]
    return [number for number, name in enumerate(names) if PLATE.search(name)]
