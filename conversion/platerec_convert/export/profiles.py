"""The profiles that models are built for: a file format, an exporter and a way of serving each."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from torch import nn

from platerec_convert.errors import ConversionError
from platerec_convert.export.config import Serving, build_config
from platerec_convert.export.exported import Exported
from platerec_convert.export.interface import Interface
from platerec_convert.export.onnx import export_onnx
from platerec_convert.export.parity import compare
from platerec_convert.export.tensorrt import export_tensorrt
from platerec_convert.export.torchscript import export_torchscript
from platerec_convert.folder import digest_of_file
from platerec_store.release.manifest import Parity


@dataclass(frozen=True)
class Effort:
    """What a model is given on a CPU: instances that work side by side, threads of each."""

    instances: int
    threads: int


@dataclass(frozen=True)
class Profile:
    """A way to build and serve models. `looseness`: how much further than fp32 it may be from the network."""

    name: str
    format: str
    filename: str
    export: Callable[[nn.Module, Interface, Path], Exported]
    serving: Callable[[Effort], Serving]
    looseness: float = 1.0


def _on_onnxruntime(effort: Effort) -> Serving:
    return Serving(
        backend="onnxruntime",
        platform="onnxruntime_onnx",
        kind="KIND_CPU",
        instances=effort.instances,
        parameters={"intra_op_thread_count": str(effort.threads), "inter_op_thread_count": "1"},
    )


def _on_libtorch(effort: Effort) -> Serving:
    del effort  # a GPU is kept busy by batches
    # Triton picks the GPU where there is one. Its optimiser would compile anew for every size of frame and batch.
    return Serving(
        backend="pytorch",
        platform="pytorch_libtorch",
        kind="KIND_AUTO",
        parameters={"DISABLE_OPTIMIZED_EXECUTION": "true"},
    )


def _on_tensorrt(effort: Effort) -> Serving:
    del effort
    return Serving(backend="tensorrt", platform="tensorrt_plan", kind="KIND_GPU")


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("cpu-onnx", "onnx", "model.onnx", export_onnx, _on_onnxruntime),
        Profile("gpu-torchscript", "torchscript", "model.pt", export_torchscript, _on_libtorch),
        Profile("gpu-tensorrt", "tensorrt", "model.plan", export_tensorrt, _on_tensorrt, looseness=100),
    )
}

USUAL_PROFILES = ("cpu-onnx", "gpu-torchscript")
"""Those that can be built on any machine."""


@dataclass(frozen=True)
class Conversion:
    """A network with its weights, and the model that is to become of it, with parameters for its configuration."""

    model: str
    network: nn.Module
    interface: Interface
    effort: Effort
    parameters: dict[str, str] = field(default_factory=dict)


def build_version(conversion: Conversion, profile: Profile, version: Path) -> Parity:
    """Fill the version folder, write `config.pbtxt` beside it, and compare what was built with the network.

    Raises ConversionError when it does not answer as the network does.
    """
    version.mkdir(parents=True)
    file = version / profile.filename
    exported = profile.export(conversion.network, conversion.interface, file)
    serving = profile.serving(conversion.effort)
    serving = replace(serving, parameters=serving.parameters | conversion.parameters)
    config = build_config(exported.signature, serving)
    (version.parent / "config.pbtxt").write_text(config, encoding="utf-8")
    comparison = compare(conversion.network, conversion.interface, exported.answer)
    parity = Parity(
        model=conversion.model,
        profile=profile.name,
        file=file.relative_to(version.parent).as_posix(),
        sha256=digest_of_file(file),
        tolerance=conversion.interface.tolerance * profile.looseness,
        **asdict(comparison),
    )
    if parity.failure:
        raise ConversionError(f"The exported {conversion.model} for {profile.name} {parity.failure}.")
    return parity
