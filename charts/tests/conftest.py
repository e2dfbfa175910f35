"""Helm as the charts' tests use it."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

CHARTS = Path(__file__).parents[1]
TOOLS = CHARTS.parent / "build" / "bin"

Object = dict[str, Any]
Helm = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def helm() -> Helm:
    """Runs helm; `make cluster` puts it into build/bin."""
    binary = shutil.which("helm", path=f"{os.environ.get('PATH', '')}{os.pathsep}{TOOLS}")
    if binary is None:
        message = "no helm on PATH and none in build/bin: run `make cluster`"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([binary, *arguments], cwd=CHARTS, capture_output=True, text=True, check=False)

    return run


class Manifests(list[Object]):
    """The objects of a rendered chart."""

    def find(self, kind: str) -> Object:
        """The one object of that kind."""
        (found,) = (each for each in self if each["kind"] == kind)
        return found

    def kinds(self) -> set[str]:
        return {each["kind"] for each in self}


@pytest.fixture
def render(helm: Helm) -> Callable[..., Manifests]:
    """Renders a chart for a release `name` with --set settings."""

    def template(chart: str, *settings: str, name: str = "gate", namespace: str = "cameras") -> Manifests:
        options = [option for setting in settings for option in ("--set", setting)]
        done = helm("template", name, chart, "--namespace", namespace, "--kube-version", "1.34.0", *options)
        assert done.returncode == 0, done.stderr
        return Manifests(each for each in yaml.safe_load_all(done.stdout) if each)

    return template
