"""To ONNX, for ONNX Runtime."""

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from platerec_convert.export.exported import Exported
from platerec_convert.export.interface import Interface
from platerec_convert.export.parity import Answer, Call, torch_answer
from platerec_convert.export.signature import DYNAMIC, Signature, TensorSpec

OPSET = 17
"""The newest that needs no operator later than those of ONNX Runtime 1.16 and TensorRT 8.6."""

TRITON_TYPES = {
    onnx.TensorProto.FLOAT: "TYPE_FP32",
    onnx.TensorProto.UINT8: "TYPE_UINT8",
}


def export_onnx(network: nn.Module, interface: Interface, path: Path) -> Exported:
    """Write the network to `path` and read its signature back."""
    example = interface.examples[0]
    with warnings.catch_warnings(), torch.no_grad():
        # The exporter that traces is the one whose graphs have dynamic sizes in operators that every runtime knows;
        # torch warns that it prefers the newer one.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (example,),
            path,
            dynamo=False,
            opset_version=OPSET,
            input_names=[interface.input],
            output_names=list(interface.outputs),
            dynamic_axes=_dynamic_axes(interface),
        )
    _fix_output_shapes(path, torch_answer(network, example))
    return Exported(read_signature(path, batched=interface.batched), _session_call(path, interface))


def _dynamic_axes(interface: Interface) -> dict[str, dict[int, str]]:
    axes = {name: {0: "rows"} for name in interface.outputs}
    axes[interface.input] = {axis: f"axis_{axis}" for axis in interface.dynamic_input_axes}
    return axes


def _fix_output_shapes(path: Path, example: Answer) -> None:
    """Only the first axis of an output is dynamic; ONNX's own shape inference gives up on more of them."""
    model = onnx.load(path)
    for output, value in zip(model.graph.output, example, strict=True):
        for dimension, size in list(zip(output.type.tensor_type.shape.dim, value.shape, strict=True))[1:]:
            dimension.dim_value = size
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _session_call(path: Path, interface: Interface) -> Call:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def call(example: Tensor) -> Answer:
        answer: Answer = session.run(list(interface.outputs), {interface.input: example.numpy()})
        return answer

    return call


def read_signature(path: Path, *, batched: bool) -> Signature:
    """The tensors of an ONNX file."""
    graph = onnx.load(path, load_external_data=False).graph
    return Signature(inputs=_specs(graph.input), outputs=_specs(graph.output), batched=batched)


def _specs(values: Iterable[Any]) -> tuple[TensorSpec, ...]:
    return tuple(
        TensorSpec(
            name=value.name,
            data_type=TRITON_TYPES[value.type.tensor_type.elem_type],
            dims=tuple(
                dimension.dim_value if dimension.HasField("dim_value") else DYNAMIC
                for dimension in value.type.tensor_type.shape.dim
            ),
        )
        for value in values
    )
