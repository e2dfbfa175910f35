from google.protobuf import text_format
from tritonclient.grpc.model_config_pb2 import ModelConfig

from platerec_store.triton.config import put_on_trial


def parse(config: str) -> ModelConfig:
    return text_format.Parse(config, ModelConfig())


def test_a_model_on_trial_is_what_it_was_under_another_name() -> None:
    config = parse('name: "stn"\nbackend: "pytorch"\nmax_batch_size: 8\n')
    config.name = "stn_candidate"
    assert parse(put_on_trial('name: "stn"\nbackend: "pytorch"\nmax_batch_size: 8\n', "stn_candidate")) == config


def test_it_has_one_instance() -> None:
    config = "instance_group [{ count: 8 kind: KIND_CPU }, { count: 2 kind: KIND_GPU gpus: [ 0 ] }]"
    groups = parse(put_on_trial(config, "stn_candidate")).instance_group
    assert [(group.count, list(group.gpus)) for group in groups] == [(1, []), (1, [0])]


def test_a_group_that_leaves_its_count_to_triton_still_does() -> None:
    (group,) = parse(put_on_trial("instance_group [{ kind: KIND_CPU }]", "stn_candidate")).instance_group
    assert group.count == 0


def test_what_is_no_configuration_is_left_for_triton_to_refuse() -> None:
    assert put_on_trial("Dear editor", "stn_candidate") == "Dear editor"
