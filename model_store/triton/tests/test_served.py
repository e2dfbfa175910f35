"""Folders as people have them, served by the real image."""

import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tritonclient.grpc import InferenceServerClient, InferInput, InferResult
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

from platerec_testing.triton import TritonServer, engine, image

pytestmark = [pytest.mark.triton, pytest.mark.filterwarnings("ignore:.*torch.*:")]

TABLE = np.arange(8, dtype=np.float32).reshape(4, 2)

FULL_CONFIG = """
max_batch_size: 8
input [{{ name: "{input}" data_type: TYPE_INT64 dims: [1] }}]
output [{{ name: "{output}" data_type: TYPE_FP32 dims: [1, 2] }}]
dynamic_batching {{ max_queue_delay_microseconds: 1000000 preferred_batch_size: [4] }}
"""


class Lookup(torch.nn.Module):
    """Rows of the table; a number that is no row is refused only when it is looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.table = torch.nn.Parameter(torch.from_numpy(TABLE))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.embedding(rows, self.table)


def write_onnx(version: Path) -> None:
    rows = helper.make_tensor_value_info("rows", TensorProto.INT64, ["n", 1])
    values = helper.make_tensor_value_info("values", TensorProto.FLOAT, ["n", 1, 2])
    gather = helper.make_node("Gather", ["table", "rows"], ["values"])
    graph = helper.make_graph([gather], "lookup", [rows], [values], [numpy_helper.from_array(TABLE, "table")])
    opset = [helper.make_opsetid("", 17)]
    version.mkdir(parents=True)
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=10), version / "model.onnx")


def write_torchscript(version: Path) -> None:
    version.mkdir(parents=True)
    traced = torch.jit.trace(Lookup(), torch.zeros((1, 1), dtype=torch.int64))  # type: ignore[no-untyped-call]
    traced.save(str(version / "model.pt"))


def write_config(model: Path, text: str, input: str = "rows", output: str = "values") -> None:
    (model / "config.pbtxt").write_text(text + FULL_CONFIG.format(input=input, output=output))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InferenceServerClient]:
    repository = tmp_path_factory.mktemp("repository")
    for model in ("onnx_backend", "onnx_platform", "onnx_bare"):
        write_onnx(repository / model / "1")
    for model in ("torch_backend", "torch_platform"):
        write_torchscript(repository / model / "1")
    write_config(repository / "onnx_backend", 'backend: "onnxruntime"')
    write_config(repository / "onnx_platform", 'platform: "onnxruntime_onnx"')
    write_config(repository / "torch_backend", 'backend: "pytorch"', "input__0", "output__0")
    write_config(repository / "torch_platform", 'platform: "pytorch_libtorch"', "rows", "output__0")
    write_onnx(repository / "onnx_wrong" / "1")
    write_config(repository / "onnx_wrong", 'backend: "onnxruntime"', "frame")
    (repository / "torch_wrong" / "1").mkdir(parents=True)
    (repository / "torch_wrong" / "1" / "model.pt").write_bytes(b"no archive")
    write_config(repository / "torch_wrong", 'backend: "pytorch"', "input__0", "output__0")
    with TritonServer(repository) as triton:
        yield InferenceServerClient(triton.grpc_url)


def build_input(name: str, array: NDArray[np.generic]) -> list[InferInput]:
    tensor = InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
    tensor.set_data_from_numpy(array)
    return [tensor]


@pytest.mark.parametrize(
    ("model", "input_name", "output_name"),
    [
        ("onnx_backend", "rows", "values"),
        ("onnx_platform", "rows", "values"),
        ("onnx_bare", "rows", "values"),
        ("torch_backend", "input__0", "output__0"),
        ("torch_platform", "rows", "output__0"),
    ],
)
def test_a_folder_is_served_unchanged(
    client: InferenceServerClient, model: str, input_name: str, output_name: str
) -> None:
    client.load_model(model)
    answer = client.infer(model, build_input(input_name, np.array([[2], [0]])))
    assert answer.as_numpy(output_name).tolist() == [[[4, 5]], [[0, 1]]]


def send_together(client: InferenceServerClient, model: str, name: str, rows: Sequence[int]) -> list[object]:
    """Send one request per row at once; the values or the error of each."""
    futures: list[Future[object]] = []
    for row in rows:
        future: Future[object] = Future()

        def done(result: InferResult, error: InferenceServerException, future: Future[object] = future) -> None:
            future.set_result(error or result)

        client.async_infer(model, build_input(name, np.array([[row]])), done)
        futures.append(future)
    return [future.result(timeout=30) for future in futures]


def executions(client: InferenceServerClient, model: str) -> int:
    return int(client.get_inference_statistics(model).model_stats[0].execution_count)


@pytest.mark.parametrize(
    ("model", "input_name", "output_name"),
    [("onnx_backend", "rows", "values"), ("torch_backend", "input__0", "output__0")],
)
def test_a_bad_request_fails_alone_in_its_batch(
    client: InferenceServerClient, model: str, input_name: str, output_name: str
) -> None:
    client.load_model(model)
    before = executions(client, model)
    first, bad, *rest = send_together(client, model, input_name, [1, 99, 2, 3])
    assert isinstance(bad, InferenceServerException)
    message = bad.message()
    assert message
    assert len(message) <= 300
    for answer, values in zip([first, *rest], TABLE[1:].tolist(), strict=True):
        assert isinstance(answer, InferResult)
        assert answer.as_numpy(output_name).tolist() == [[values]]
    assert executions(client, model) == before + 1, "the four requests were not one batch"


@pytest.mark.parametrize(
    ("model", "reason"),
    [("onnx_wrong", "the network has no input 'frame', only ['rows']"), ("torch_wrong", "model.pt is no TorchScript")],
)
def test_a_model_that_does_not_fit_its_configuration_is_refused(
    client: InferenceServerClient, model: str, reason: str
) -> None:
    with pytest.raises(InferenceServerException, match=reason.replace("[", r"\[")):
        client.load_model(model)


def test_the_image_runs_as_nobody_in_particular_on_a_read_only_system_with_the_numpy_that_triton_was_built_for() -> (
    None
):
    script = "import os, numpy; print(os.getuid(), numpy.__version__.split('.')[0])"
    command = engine("run", "--rm", "--read-only", "--cap-drop=ALL", "--network=none", image(), "python3", "-c", script)
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == ["65532", "1"]
