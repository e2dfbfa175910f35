"""`config.pbtxt`, as Triton itself reads it."""

from google.protobuf import text_format
from tritonclient.grpc.model_config_pb2 import ModelConfig


def rename_model(config: str, name: str) -> str:
    """The same configuration for a model of another name; what cannot be read is left for Triton to refuse."""
    parsed = ModelConfig()
    try:
        text_format.Parse(config, parsed)
    except text_format.ParseError:
        return config
    parsed.name = name
    return str(text_format.MessageToString(parsed))
