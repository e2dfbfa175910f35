import pytest

from platerec_operator.runtime.settings import Settings, SettingsError

ENVIRONMENT = {
    "PLATEREC_AGENT_IMAGE": "agent",
    "PLATEREC_TRITON_CPU_IMAGE": "cpu",
    "PLATEREC_TRITON_GPU_IMAGE": "gpu",
    "PLATEREC_LEASE_NAMESPACE": "system",
}


def test_the_environment_names_images_and_namespaces() -> None:
    settings = Settings.read({**ENVIRONMENT, "PLATEREC_NAMESPACES": "cameras, yard"})
    assert settings.images.triton_cpu == "cpu"
    assert settings.images.pull_policy == "IfNotPresent"
    assert settings.watched == ("cameras", "yard")


def test_no_namespaces_means_all() -> None:
    assert Settings.read({**ENVIRONMENT, "PLATEREC_NAMESPACES": ""}).watched == ()


@pytest.mark.parametrize(("given", "name"), [({}, "platerec-operator"), ({"PLATEREC_LEASE_NAME": "north"}, "north")])
def test_the_lease_has_the_name_that_the_chart_gives(given: dict[str, str], name: str) -> None:
    assert Settings.read({**ENVIRONMENT, **given}).lease_name == name


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"PLATEREC_AGENT_IMAGE": ""}, "PLATEREC_AGENT_IMAGE: Field required."),
        ({"PLATEREC_HEALTH_PORT": "x"}, "PLATEREC_HEALTH_PORT: "),
        ({"PLATEREC_IMAGE_PULL_POLICY": "Sometimes"}, "PLATEREC_IMAGE_PULL_POLICY: "),
    ],
)
def test_a_wrong_variable_is_named(change: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError) as error:
        Settings.read({**ENVIRONMENT, **change})
    assert words in str(error.value)
