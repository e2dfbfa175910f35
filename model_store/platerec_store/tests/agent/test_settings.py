"""Settings come from the environment; the defaults are a pod's paths."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from platerec_store.agent.settings import Settings


def test_the_defaults_are_those_of_a_pod() -> None:
    settings = Settings.of_environment({"PATH": "/bin", "PLATEREC_LISTEN": ""})
    assert settings.repository_dir == Path("/var/lib/platerec/repository")
    assert settings.listen == "0.0.0.0:8080"


def test_variables_override_them() -> None:
    settings = Settings.of_environment({"PLATEREC_CACHE_DIR": "/cache", "PLATEREC_POLL_SECONDS": "0.5"})
    assert (settings.cache_dir, settings.poll_seconds) == (Path("/cache"), 0.5)


@pytest.mark.parametrize(("name", "value"), [("PLATEREC_POLL_SECONDS", "0"), ("PLATEREC_LISTEN", "8080x")])
def test_a_value_that_cannot_be_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        Settings.of_environment({name: value})
