"""`config.pbtxt`, as Triton itself reads it."""

from google.protobuf import text_format
from tritonclient.grpc.model_config_pb2 import ModelConfig


def put_on_trial(config: str, name: str) -> str:
    """The same configuration for a model of another name, with one instance where it has several.

    Each instance of a Python model is a process to start, beside what serves. What cannot be read is left for Triton
    to refuse.
    """
    parsed = ModelConfig()
    try:
        text_format.Parse(config, parsed)
    except text_format.ParseError:
        return config
    parsed.name = name
    for group in parsed.instance_group:
        group.count = min(group.count, 1)
    return str(text_format.MessageToString(parsed))
