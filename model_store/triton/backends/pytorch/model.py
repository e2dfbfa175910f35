"""Triton's `pytorch` backend in Python: serves the TorchScript `<model>/<version>/model.pt` on the CPU."""

from collections.abc import Sequence
from typing import Any

import torch
import triton_python_backend_utils as pb_utils
from platerec_backend.batching import Array, Feed, brief
from platerec_backend.config import ModelConfig
from platerec_backend.positions import input_places, output_places
from platerec_backend.serving import serve


class TritonPythonModel:
    """One instance of a model."""

    def initialize(self, args: dict[str, str]) -> None:
        """Load the network. Raises TritonModelException when it cannot be loaded or called as configured."""
        self.config = ModelConfig.parse(args, default_file="model.pt")
        torch.set_num_threads(self.config.threads)
        torch.set_flush_denormal(True)  # denormal weights slow a network tenfold
        self.module = load_module(self.config)
        schema = self.module.forward.schema  # type: ignore[attr-defined]
        arguments = [argument.name for argument in schema.arguments[1:]]
        self.inputs = input_places([tensor.name for tensor in self.config.inputs], arguments)
        self.outputs = output_places([tensor.name for tensor in self.config.outputs])
        if sorted(self.inputs) != list(range(len(self.inputs))) or len(self.inputs) > len(arguments):
            names = ", ".join(tensor.name for tensor in self.config.inputs)
            raise pb_utils.TritonModelException(f"forward({', '.join(arguments)}) cannot take the inputs {names}")

    def execute(self, requests: Sequence[Any]) -> list[Any]:
        """Answer the requests that Triton batched."""
        return serve(self.config, self.run, requests)

    def run(self, feed: Feed) -> Sequence[Array]:
        """One run of the network."""
        placed = dict(zip(self.inputs, feed.values(), strict=True))
        with torch.inference_mode(), torch.jit.optimized_execution(self.config.optimized):  # type: ignore[attr-defined]
            answer = self.module(*(torch.from_numpy(placed[place]) for place in range(len(placed))))
        outputs = [answer] if isinstance(answer, torch.Tensor) else list(answer)
        if len(outputs) <= max(self.outputs):
            raise ValueError(
                f"the network returns {len(outputs)} outputs, the configuration names {max(self.outputs) + 1}"
            )
        return [outputs[place].numpy() for place in self.outputs]


def load_module(config: ModelConfig) -> torch.jit.ScriptModule:
    """Read a TorchScript archive. Raises TritonModelException."""
    try:
        module: torch.jit.ScriptModule = torch.jit.load(str(config.path), "cpu")  # type: ignore[no-untyped-call]
    except (RuntimeError, ValueError) as error:
        message = f"{config.path.name} is no TorchScript of this torch: {brief(error)}"
        raise pb_utils.TritonModelException(message) from error
    return module.eval()
