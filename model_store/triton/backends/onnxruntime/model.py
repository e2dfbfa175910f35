"""Triton's `onnxruntime` backend in Python: serves `<model>/<version>/model.onnx` on the CPU."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnxruntime
import triton_python_backend_utils as pb_utils
from platerec_backend.batching import Array, Feed
from platerec_backend.config import ModelConfig, TensorConfig
from platerec_backend.serving import serve

TYPES = {
    "tensor(bool)": "TYPE_BOOL",
    "tensor(double)": "TYPE_FP64",
    "tensor(float)": "TYPE_FP32",
    "tensor(float16)": "TYPE_FP16",
    "tensor(int16)": "TYPE_INT16",
    "tensor(int32)": "TYPE_INT32",
    "tensor(int64)": "TYPE_INT64",
    "tensor(int8)": "TYPE_INT8",
    "tensor(uint16)": "TYPE_UINT16",
    "tensor(uint32)": "TYPE_UINT32",
    "tensor(uint64)": "TYPE_UINT64",
    "tensor(uint8)": "TYPE_UINT8",
}
# What NVIDIA's backend assumes of a network whose batch dimension is free.
DEFAULT_MAX_BATCH_SIZE = 4


class TritonPythonModel:
    """One instance of a model."""

    @staticmethod
    def auto_complete_config(config: Any) -> Any:
        """Add the inputs and outputs that config.pbtxt leaves out, as the network declares them."""
        given = config.as_dict()
        if given["input"] and given["output"]:
            return config
        session = open_session(stub_model_file(), threads=1)
        tensors = [*session.get_inputs(), *session.get_outputs()]
        batching = given["max_batch_size"] > 0
        if not batching and not given["input"] and all(has_free_rows(tensor) for tensor in tensors):
            batching = True
            config.set_max_batch_size(DEFAULT_MAX_BATCH_SIZE)
            config.set_dynamic_batching()
        if not given["input"]:
            for tensor in session.get_inputs():
                config.add_input(describe(tensor, batching))
        if not given["output"]:
            for tensor in session.get_outputs():
                config.add_output(describe(tensor, batching))
        return config

    def initialize(self, args: dict[str, str]) -> None:
        """Open the network. Raises TritonModelException when it is not what the configuration says."""
        self.config = ModelConfig.parse(args, default_file="model.onnx")
        self.session = open_session(self.config.path, self.config.threads)
        check("input", self.config.inputs, self.session.get_inputs())
        check("output", self.config.outputs, self.session.get_outputs())

    def execute(self, requests: Sequence[Any]) -> list[Any]:
        """Answer the requests that Triton batched."""
        return serve(self.config, self.run, requests)

    def run(self, feed: Feed) -> Sequence[Array]:
        """One run of the network."""
        outputs: Sequence[Array] = self.session.run([tensor.name for tensor in self.config.outputs], dict(feed))
        return outputs


def open_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """A session that stays on the CPU and within its threads; denormal weights would slow it tenfold."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def check(kind: str, wanted: Sequence[TensorConfig], declared: Sequence[Any]) -> None:
    """Compare configured tensors with the network's own. Raises TritonModelException."""
    types = {tensor.name: TYPES.get(tensor.type, tensor.type) for tensor in declared}
    for tensor in wanted:
        if tensor.name not in types:
            message = f"the network has no {kind} '{tensor.name}', only {sorted(types)}"
            raise pb_utils.TritonModelException(message)
        if types[tensor.name] != tensor.data_type:
            message = f"{kind} '{tensor.name}' is {types[tensor.name]}, not {tensor.data_type}"
            raise pb_utils.TritonModelException(message)


def has_free_rows(tensor: Any) -> bool:
    """Whether the first dimension may be any number."""
    return bool(tensor.shape) and not isinstance(tensor.shape[0], int)


def describe(tensor: Any, batching: bool) -> dict[str, Any]:
    """A tensor of the network as model_config.proto says it, without the batch dimension."""
    dims = [size if isinstance(size, int) else -1 for size in tensor.shape]
    return {"name": tensor.name, "data_type": TYPES[tensor.type], "dims": dims[1:] if batching else dims}


def stub_model_file() -> Path:
    """The model file that Triton names to its stub process: `auto_complete_config` is told nothing of it."""
    return Path(Path("/proc/self/cmdline").read_text(encoding="utf-8").split("\0")[1])
