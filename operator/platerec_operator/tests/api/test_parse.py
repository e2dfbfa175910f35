import pytest

from platerec_operator.api.names import Key
from platerec_operator.api.parse import InvalidSpecError, parse_recognizer
from platerec_operator.tests.make import UID, Object, make_body


def test_a_small_spec_is_filled_with_defaults() -> None:
    recognizer = parse_recognizer(make_body())
    assert recognizer.key == Key("cameras", "gate")
    assert recognizer.uid == UID
    assert recognizer.spec.profile == "cpu-onnx"
    assert recognizer.spec.models.update.poll_seconds == 30
    assert recognizer.spec.gpu is None


def test_a_gpu_profile_asks_for_one_gpu_by_default() -> None:
    gpu = parse_recognizer(make_body(profile="gpu-tensorrt")).spec.gpu
    assert gpu is not None
    assert (gpu.resource_name, gpu.count, gpu.runtime_class_name) == ("nvidia.com/gpu", 1, "nvidia")


def test_fields_of_a_later_version_are_ignored() -> None:
    assert parse_recognizer(make_body(gate={"minExactMatch": 1.0})).spec.replicas == 1


def test_the_decision_carries_no_reference_to_a_secret() -> None:
    source = parse_recognizer(make_body()).spec.models.source.for_agents()
    assert b"store-reader" not in source.model_dump_json().encode()
    assert source.s3.bucket == "plates"


WRONG: dict[str, tuple[Object, str]] = {
    "a profile that does not exist": ({"profile": "tpu"}, "spec.profile: "),
    "no models": ({"models": None}, "spec.models: "),
    "too many plates": ({"pipeline": {"maxPlates": 129}}, "spec.pipeline.maxPlates: "),
    "a size that is none": ({"server": {"sharedMemory": "much"}}, "spec.server.sharedMemory: 'much' is no quantity"),
    "a limit that is none": ({"server": {"resources": {"limits": {"cpu": "x"}}}}, "spec.server.resources.limits.cpu"),
    "channel and name": (
        {"models": {"release": {"channel": "a", "name": "b"}}},
        "spec.models: release needs exactly one of channel and name.",
    ),
    "neither channel nor name": ({"models": {"release": {"channel": None}}}, "exactly one of channel and name"),
    "a channel of a plain repository": ({"models": {"source": {"layout": "repository"}}}, "leave out release"),
    "GPUs for a CPU profile": ({"server": {"gpu": {}}}, "only for GPU profiles, not for cpu-onnx"),
    "another pipeline in a release": ({"pipeline": {"model": "mine"}}, "only layout repository may change it"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_named_in_a_sentence(case: str) -> None:
    spec, words = WRONG[case]
    with pytest.raises(InvalidSpecError) as error:
        parse_recognizer(make_body(**spec))
    assert words in str(error.value)
    assert "\n" not in str(error.value)
