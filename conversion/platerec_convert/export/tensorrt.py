"""To a TensorRT plan, by NVIDIA's `trtexec`, on the kind of GPU that the plan is to run on."""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor, nn

from platerec_convert.errors import ConversionError
from platerec_convert.export.exported import Exported
from platerec_convert.export.interface import MAX_BATCH, Interface
from platerec_convert.export.onnx import export_onnx
from platerec_convert.export.parity import Answer
from platerec_convert.folder import write_document
from platerec_store.release.folder import PLAN_TARGET, PlanTarget

TOOL = "trtexec"

BATCHES = (1, 16, MAX_BATCH)
FRAMES = ((64, 64), (1080, 1920), (2160, 3840))
"""The least, the usual and the greatest input: of batches, and of frames as height and width."""


class FloatFirst(nn.Module):
    """Makes whole numbers to floats before anything else: TensorRT can do nothing else with bytes."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Any:
        """The network's answer."""
        return self.network(x.float())


def export_tensorrt(network: nn.Module, interface: Interface, path: Path) -> Exported:
    """Write the plan to `path`. Raises ConversionError where there is no trtexec, or it fails."""
    check_tool()
    with tempfile.TemporaryDirectory() as folder:
        onnx = Path(folder) / "model.onnx"
        signature = export_onnx(FloatFirst(network), interface, onnx).signature
        shapes = [
            f"--{size}Shapes={shape}" for size, shape in zip(("min", "opt", "max"), _shapes(interface), strict=True)
        ]
        # A box needs more digits than half precision has: at 1000 pixels it knows whole pixels only.
        precision = ["--fp16"] if interface.batched else ["--noTF32"]
        said = _run([f"--onnx={onnx}", f"--saveEngine={path}", "--skipInference", *shapes, *precision])
    write_document(path.with_name(PLAN_TARGET), _plan_target(said))
    return Exported(signature, lambda example: _ask(path, interface, example))


def check_tool() -> None:
    """Raises ConversionError where plans cannot be built."""
    if shutil.which(TOOL) is None:
        raise ConversionError(
            f"A TensorRT plan needs {TOOL} on PATH and a GPU like the one that will run it: convert inside NVIDIA's "
            "TensorRT image, or choose --to torchscript."
        )


def _shapes(interface: Interface) -> list[str]:
    rest = interface.examples[0].shape[1:] if interface.batched else interface.examples[0].shape[2:]
    sizes = [(batch,) for batch in BATCHES] if interface.batched else FRAMES
    return [_shape(interface, (*size, *rest)) for size in sizes]


def _shape(interface: Interface, size: tuple[int, ...]) -> str:
    return f"{interface.input}:{'x'.join(map(str, size))}"


def _ask(plan: Path, interface: Interface, example: Tensor) -> Answer:
    """The plan's outputs for one input."""
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder) / "input.bin", Path(folder) / "output.json"
        given.write_bytes(example.numpy().tobytes())
        _run(
            [
                f"--loadEngine={plan}",
                f"--shapes={_shape(interface, tuple(example.shape))}",
                f"--loadInputs={interface.input}:{given}",
                f"--exportOutput={answer}",
                "--iterations=1",
                "--warmUp=0",
                "--duration=0",
            ]
        )
        outputs = {output["name"]: _tensor(output) for output in json.loads(answer.read_text(encoding="utf-8"))}
    return [outputs[name] for name in interface.outputs]


def _tensor(output: dict[str, Any]) -> Any:
    dimensions = [int(size) for size in output["dimensions"].split("x")]
    return np.array(output["values"], dtype=np.float32).reshape(dimensions)


def _plan_target(said: str) -> PlanTarget:
    """What trtexec says of the GPU and of itself. Raises ConversionError when it says neither."""
    capability = re.search(r"Compute Capability: (\d+\.\d+)", said)
    version = re.search(r"TensorRT version: (\d+(?:\.\d+){1,3})", said)
    if not capability or not version:
        raise ConversionError(f"{TOOL} does not say for which GPU and TensorRT it built: use NVIDIA's TensorRT image.")
    return PlanTarget(compute_capability=capability[1], trt_version=version[1])


def _run(arguments: list[str]) -> str:
    """What trtexec says. Raises ConversionError with its first error."""
    done = subprocess.run([TOOL, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        errors = [line for line in (done.stdout + done.stderr).splitlines() if "[E]" in line]
        reason = (errors or ["it gives no reason"])[0].partition("[E]")[2].strip() or "it gives no reason"
        raise ConversionError(f"{TOOL} failed: {reason}.")
    return done.stdout
