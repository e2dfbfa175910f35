"""To TorchScript, for Triton's pytorch backend."""

import io
import warnings
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from platerec_convert.export.exported import Exported
from platerec_convert.export.interface import Interface
from platerec_convert.export.parity import Answer, torch_answer
from platerec_convert.export.signature import DYNAMIC, Signature, TensorSpec

TRITON_TYPES = {torch.float32: "TYPE_FP32", torch.uint8: "TYPE_UINT8"}


def export_torchscript(network: nn.Module, interface: Interface, path: Path) -> Exported:
    """Write the traced network to `path` and probe the file's signature."""
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # sizes are traced as tensors on purpose; parity on other sizes proves it
        traced = torch.jit.trace(  # type: ignore[no-untyped-call]
            network, (interface.examples[0],), check_trace=False
        )
        content = io.BytesIO()
        torch.jit.save(traced, content)
        path.write_bytes(content.getvalue())  # given a path, torch aborts the process when the disk is full
        loaded = torch.jit.load(str(path), map_location="cpu")  # type: ignore[no-untyped-call]

    def call(example: Tensor) -> Answer:
        return torch_answer(loaded, example)

    return Exported(_probed_signature(loaded, interface), call)


def _probed_signature(loaded: nn.Module, interface: Interface) -> Signature:
    """A TorchScript file names neither types nor sizes: run it and look."""
    example = interface.examples[0]
    outputs = [torch.from_numpy(x) for x in torch_answer(loaded, example)]
    return Signature(
        inputs=(_spec(interface.input, example, interface.dynamic_input_axes),),
        outputs=tuple(_spec(name, x, (0,)) for name, x in zip(interface.outputs, outputs, strict=True)),
        batched=interface.batched,
    )


def _spec(name: str, value: Tensor, dynamic: Sequence[int]) -> TensorSpec:
    dims = tuple(DYNAMIC if axis in dynamic else size for axis, size in enumerate(value.shape))
    return TensorSpec(name=name, data_type=TRITON_TYPES[value.dtype], dims=dims)
