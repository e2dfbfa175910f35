"""`config.pbtxt`, from the signature of the exported file: nothing is typed twice."""

from dataclasses import dataclass, field
from pathlib import Path

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2 as triton

from platerec_convert.export.interface import MAX_BATCH
from platerec_convert.export.signature import Signature, TensorSpec


@dataclass(frozen=True)
class Serving:
    """How Triton runs a model. `queue_delay_us`: how long a request waits for others to share a batch with."""

    backend: str
    platform: str
    kind: str
    instances: int = 1
    queue_delay_us: int = 1000
    parameters: dict[str, str] = field(default_factory=dict)


def build_config(signature: Signature, serving: Serving) -> str:
    """The text of `config.pbtxt`; without a name, since releases load a model under names of their own."""
    config = triton.ModelConfig(
        backend=serving.backend,
        platform=serving.platform,
        max_batch_size=MAX_BATCH if signature.batched else 0,
        instance_group=[triton.ModelInstanceGroup(count=serving.instances, kind=serving.kind)],
    )
    for spec in signature.inputs:
        config.input.add(name=spec.name, data_type=spec.data_type, dims=_dims(spec, signature))
    for spec in signature.outputs:
        config.output.add(name=spec.name, data_type=spec.data_type, dims=_dims(spec, signature))
    if signature.batched:
        config.dynamic_batching.max_queue_delay_microseconds = serving.queue_delay_us
    for key, value in sorted(serving.parameters.items()):
        config.parameters[key].string_value = value
    text: str = text_format.MessageToString(config)
    return text


def _dims(spec: TensorSpec, signature: Signature) -> tuple[int, ...]:
    return spec.dims[1:] if signature.batched else spec.dims


def read_parameters(path: Path) -> dict[str, str]:
    """The parameters in a `config.pbtxt`; none where there is no such file or it cannot be read."""
    try:
        config = text_format.Parse(path.read_text(encoding="utf-8"), triton.ModelConfig(), allow_unknown_field=True)
    except (OSError, text_format.ParseError):
        return {}
    return {key: value.string_value for key, value in config.parameters.items()}
