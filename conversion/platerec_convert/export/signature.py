"""What goes into and comes out of an exported model, as its file says."""

from dataclasses import dataclass

DYNAMIC = -1


@dataclass(frozen=True)
class TensorSpec:
    """One tensor: its Triton type (`TYPE_FP32`) and dimensions, -1 where they differ from request to request."""

    name: str
    data_type: str
    dims: tuple[int, ...]


@dataclass(frozen=True)
class Signature:
    """A model's tensors. `batched`: the first dimension of each is the batch."""

    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    batched: bool
