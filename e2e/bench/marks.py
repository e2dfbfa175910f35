"""Marks in real networks: each version of a model answers a little differently, and no text changes."""

from pathlib import Path

import numpy as np
import onnx

PIXELS = 0.25
"""How far a detector's boxes lie from those of the version before."""

STRETCH = 0.25
"""How much longer a reader's logits are than those of the version before: other scores, the same best path."""


def mark_detector(source: Path, target: Path, version: int) -> None:
    """Move all boxes by `version` times PIXELS, and leave the crops."""
    _append(source, target, "boxes", "Add", PIXELS * version)


def mark_reader(source: Path, target: Path, version: int) -> None:
    """Stretch all logits by `version` times STRETCH."""
    _append(source, target, "output__0", "Mul", 1 + STRETCH * version)


def _append(source: Path, target: Path, output: str, operator: str, value: float) -> None:
    """Write the network with one more operation on an output; what else uses the value gets it as it was."""
    model = onnx.load(str(source))
    inner = f"{output}/unmarked"
    for node in model.graph.node:
        for names in (node.input, node.output):
            names[:] = [inner if name == output else name for name in names]
    constant = onnx.numpy_helper.from_array(np.array(value, dtype=np.float32), f"{output}/mark")
    model.graph.initializer.append(constant)
    model.graph.node.append(onnx.helper.make_node(operator, [inner, constant.name], [output], name=f"{output}/mark"))
    onnx.checker.check_model(model)
    target.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(target))
