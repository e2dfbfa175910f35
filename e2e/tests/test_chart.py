"""The chart of one recognizer: installed, tested by `helm test` with a picture, uninstalled."""

import base64
import os
from pathlib import Path

import pytest

from harness.kubectl import CommandError, Namespace, eventually, run
from harness.recognizers import recognizer, wait_for_condition
from harness.store import Store
from harness.street import STREET

ROOT = Path(__file__).parents[2]
CHART = str(ROOT / "charts/plate-recognizer")


def test_helm_test_reads_a_plate(store: Store, namespace: Namespace, expected: set[str], tmp_path: Path) -> None:
    store.publish("chart", "chart-1", tmp_path)
    store.promote("chart", "chart-1")
    s3 = recognizer("chart", "chart")["spec"]["models"]["source"]["s3"]
    picture = tmp_path / "picture.txt"
    picture.write_text(base64.b64encode(STREET.read_bytes()).decode())
    settings = [f"models.source.s3.{name}={s3[name]}" for name in ("bucket", "prefix", "endpoint")]
    settings += ["models.source.s3.credentials.secretName=store-reader", "models.release.channel=stable"]
    settings += [f"test.image={os.environ['PLATEREC_IMAGE']}", f"test.text={min(expected)}"]
    flags = [flag for setting in settings for flag in ("--set-string", setting)]
    flags += ["--set-file", f"test.picture={picture}"]

    run(
        "helm",
        "install",
        "chart",
        CHART,
        "--namespace",
        namespace.name,
        *flags,
        "--set-file",
        f"test.picture={picture}",
    )
    wait_for_condition(namespace, "chart", "Ready", "True")
    assert "Phase:          Succeeded" in run("helm", "test", "chart", "--namespace", namespace.name)

    run("helm", "uninstall", "chart", "--namespace", namespace.name)
    eventually("nothing is left", lambda: not namespace.find("deployment,service,plr"))


def test_a_wrong_value_is_refused_with_its_name(namespace: Namespace) -> None:
    with pytest.raises(CommandError, match="profile"):
        run("helm", "install", "wrong", CHART, "--namespace", namespace.name, "--set", "profile=tpu")
