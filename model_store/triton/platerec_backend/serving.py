"""The edge to Triton's Python backend: requests to arrays, answers to responses."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils

from platerec_backend.batching import Answer, Failure, Feed, Run, run_requests
from platerec_backend.config import ModelConfig


def serve(config: ModelConfig, run: Run, requests: Sequence[Any]) -> list[Any]:
    """One response per request; `run` takes arrays by input name and returns one per configured output."""
    answers = run_requests(run, [_feed(config, request) for request in requests], config.batching)
    return [_response(config, request, answer) for request, answer in zip(requests, answers, strict=True)]


def _feed(config: ModelConfig, request: Any) -> Feed:
    """The inputs that the request has; what it may leave out is the configuration's affair."""
    tensors = {tensor.name: pb_utils.get_input_tensor_by_name(request, tensor.name) for tensor in config.inputs}
    return {name: tensor.as_numpy() for name, tensor in tensors.items() if tensor is not None}


def _response(config: ModelConfig, request: Any, answer: Answer) -> Any:
    if isinstance(answer, Failure):
        return pb_utils.InferenceResponse(error=pb_utils.TritonError(answer.message))
    wanted = request.requested_output_names()
    return pb_utils.InferenceResponse(
        output_tensors=[
            pb_utils.Tensor(tensor.name, np.ascontiguousarray(array))
            for tensor, array in zip(config.outputs, answer, strict=True)
            if tensor.name in wanted
        ]
    )
