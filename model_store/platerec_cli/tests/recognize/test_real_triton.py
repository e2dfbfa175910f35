"""The client against a real Triton, which serves a pipeline that answers from a script."""

from collections.abc import Iterator

import numpy as np
import pytest
import tritonclient.grpc

from platerec_cli.recognize.client import Client, Protocol, ServerError
from platerec_testing.triton import TritonServer

pytestmark = pytest.mark.triton

CONFIG = """
backend: "python"
input [ { name: "input__0" data_type: TYPE_UINT8 dims: [ -1, -1, 3 ] } ]
output [
  { name: "coordinates" data_type: TYPE_FP32 dims: [ -1, 4 ] },
  { name: "texts" data_type: TYPE_STRING dims: [ -1, 1 ] },
  { name: "text_scores" data_type: TYPE_FP32 dims: [ -1, 1 ] },
  { name: "release" data_type: TYPE_STRING dims: [ 1 ] }
]
"""

# The brightness of the frame's first pixel is the number of plates; above 9 the request is refused.
MODEL = """
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        frame = pb_utils.get_input_tensor_by_name(request, "input__0").as_numpy()
        count = int(frame[0, 0, 0])
        if count > 9:
            return pb_utils.InferenceResponse(error=pb_utils.TritonError("too bright"))
        box = np.array([[0, 0, frame.shape[1], frame.shape[0]]], np.float32)
        outputs = {
            "coordinates": np.repeat(box, count, axis=0),
            "texts": np.array([[b"A123BC77"]] * count, np.object_).reshape(count, 1),
            "text_scores": np.full((count, 1), 0.5, np.float32),
            "release": np.array([b"2026.11.3"], np.object_),
        }
        return pb_utils.InferenceResponse([pb_utils.Tensor(name, array) for name, array in outputs.items()])
"""


@pytest.fixture(scope="module")
def triton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TritonServer]:
    repository = tmp_path_factory.mktemp("repository")
    model = repository / "plate_recognition" / "1" / "model.py"
    model.parent.mkdir(parents=True)
    model.write_text(MODEL)
    (repository / "plate_recognition" / "config.pbtxt").write_text(CONFIG)
    with TritonServer(repository) as server:
        tritonclient.grpc.InferenceServerClient(server.grpc_url).load_model("plate_recognition")
        yield server


@pytest.fixture
def client(triton: TritonServer, protocol: Protocol) -> Iterator[Client]:
    url = triton.grpc_url if protocol is Protocol.GRPC else triton.http_url
    with Client(url, protocol, "plate_recognition") as opened:
        yield opened


@pytest.mark.parametrize("count", [0, 1, 9])
def test_any_number_of_plates_is_answered(client: Client, count: int) -> None:
    answer = client.recognize(np.full((1080, 1920, 3), count, np.uint8))
    assert answer.release == "2026.11.3"
    assert [plate.text for plate in answer.plates] == ["A123BC77"] * count
    assert {plate.box for plate in answer.plates} <= {(0, 0, 1920, 1080)}
    assert {plate.text_score for plate in answer.plates} <= {0.5}


def test_a_refusal_is_a_sentence_and_the_next_frame_is_answered(client: Client) -> None:
    with pytest.raises(ServerError, match=r"refused the request: .*too bright"):
        client.recognize(np.full((8, 8, 3), 10, np.uint8))
    assert len(client.recognize(np.full((8, 8, 3), 2, np.uint8)).plates) == 2


def test_a_model_that_triton_does_not_have_is_a_sentence(triton: TritonServer, protocol: Protocol) -> None:
    url = triton.grpc_url if protocol is Protocol.GRPC else triton.http_url
    with pytest.raises(ServerError, match=r"Model 'nobody' at .* is not ready"), Client(url, protocol, "nobody"):
        pass


def test_the_wrong_port_is_a_sentence(triton: TritonServer, protocol: Protocol) -> None:
    url = triton.http_url if protocol is Protocol.GRPC else triton.grpc_url
    with pytest.raises(ServerError, match=f"No Triton answers at {url}"), Client(url, protocol, "plate_recognition"):
        pass
