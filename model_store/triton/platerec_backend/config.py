"""The part of a model's configuration (model_config.proto as JSON) that the backends act on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True)
class TensorConfig:
    """One input or output."""

    name: str
    data_type: str


@dataclass(frozen=True)
class ModelConfig:
    """One loaded version of a model."""

    path: Path
    inputs: tuple[TensorConfig, ...]
    outputs: tuple[TensorConfig, ...]
    batching: bool
    threads: int
    optimized: bool

    @classmethod
    def parse(cls, arguments: Mapping[str, str], default_file: str) -> Self:
        """From what Triton passes to `initialize`."""
        config = json.loads(arguments["model_config"])
        folder = Path(arguments["model_repository"], arguments["model_version"])
        parameters = _parameters(config)
        return cls(
            path=folder / (config.get("default_model_filename") or default_file),
            inputs=_tensors(config, "input"),
            outputs=_tensors(config, "output"),
            batching=int(config.get("max_batch_size", 0)) > 0,
            # The runtimes' own default is every core of the node, whatever the pod's limit says.
            threads=int(parameters.get("intra_op_thread_count", 1)),
            optimized=parameters.get("disable_optimized_execution") != "true",
        )


def _tensors(config: Mapping[str, Any], key: str) -> tuple[TensorConfig, ...]:
    return tuple(TensorConfig(each["name"], each["data_type"]) for each in config.get(key, []))


def _parameters(config: Mapping[str, Any]) -> dict[str, str]:
    """By name in lower case: NVIDIA's two backends spell theirs differently."""
    return {name.lower(): value["string_value"] for name, value in config.get("parameters", {}).items()}
