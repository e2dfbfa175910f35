"""`config.pbtxt` says what the exported file says."""

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2 as triton

from platerec_convert.export.config import Serving, build_config
from platerec_convert.export.signature import Signature, TensorSpec

CROPS = Signature(
    inputs=(TensorSpec("input__0", "TYPE_FP32", (-1, 3, 24, 94)),),
    outputs=(TensorSpec("output__0", "TYPE_FP32", (-1, 23, 18)),),
    batched=True,
)
FRAMES = Signature(
    inputs=(TensorSpec("input__0", "TYPE_UINT8", (-1, -1, 3)),),
    outputs=(TensorSpec("boxes", "TYPE_FP32", (-1, 4)), TensorSpec("scores", "TYPE_FP32", (-1,))),
    batched=False,
)
ONNX = Serving(
    backend="onnxruntime",
    platform="onnxruntime_onnx",
    kind="KIND_CPU",
    instances=3,
    queue_delay_us=500,
    parameters={"intra_op_thread_count": "2"},
)


def parsed(signature: Signature) -> triton.ModelConfig:
    return text_format.Parse(build_config(signature, ONNX), triton.ModelConfig())


def test_a_model_of_crops_is_batched_up_to_the_cap_on_plates() -> None:
    config = parsed(CROPS)
    assert config.max_batch_size == 128
    assert list(config.input[0].dims) == [3, 24, 94]
    assert list(config.output[0].dims) == [23, 18]
    assert config.dynamic_batching.max_queue_delay_microseconds == 500


def test_a_model_of_frames_is_not_batched() -> None:
    config = parsed(FRAMES)
    assert config.max_batch_size == 0
    assert not config.HasField("dynamic_batching")
    assert [(tensor.name, list(tensor.dims)) for tensor in config.output] == [("boxes", [-1, 4]), ("scores", [-1])]
    assert config.input[0].data_type == triton.TYPE_UINT8


def test_a_model_has_no_name_since_a_release_gives_it_one() -> None:
    config = parsed(CROPS)
    assert config.name == ""
    assert config.backend == "onnxruntime"
    assert (config.instance_group[0].count, config.instance_group[0].kind) == (3, triton.ModelInstanceGroup.KIND_CPU)
    assert config.parameters["intra_op_thread_count"].string_value == "2"
