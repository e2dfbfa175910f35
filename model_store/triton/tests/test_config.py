import json
from pathlib import Path
from typing import Any

import pytest
from platerec_backend.config import ModelConfig, TensorConfig


def parse(**config: Any) -> ModelConfig:
    given = {"input": [], "output": [], "max_batch_size": 0} | config
    arguments = {"model_config": json.dumps(given), "model_repository": "/models/reader", "model_version": "3"}
    return ModelConfig.parse(arguments, default_file="model.pt")


def test_the_file_lies_in_the_version_folder() -> None:
    assert parse().path == Path("/models/reader/3/model.pt")
    assert parse(default_model_filename="net.pt").path == Path("/models/reader/3/net.pt")


def test_a_model_batches_when_it_says_how_much() -> None:
    assert not parse().batching
    assert parse(max_batch_size=8).batching


def test_tensors_keep_the_order_of_the_configuration() -> None:
    config = parse(input=[{"name": "b", "data_type": "TYPE_FP32"}, {"name": "a", "data_type": "TYPE_UINT8"}])
    assert config.inputs == (TensorConfig("b", "TYPE_FP32"), TensorConfig("a", "TYPE_UINT8"))


@pytest.mark.parametrize("spelling", ["intra_op_thread_count", "INTRA_OP_THREAD_COUNT"])
def test_a_model_gets_one_thread_unless_it_asks_for_more(spelling: str) -> None:
    assert parse().threads == 1
    assert parse(parameters={spelling: {"string_value": "3"}}).threads == 3


def test_the_torchscript_optimizer_can_be_turned_off() -> None:
    assert parse().optimized
    assert not parse(parameters={"DISABLE_OPTIMIZED_EXECUTION": {"string_value": "true"}}).optimized
