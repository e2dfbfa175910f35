"""Each rendered shape passes the API server's own schemas, strictly: no unknown, missing or mistyped field."""

from pathlib import Path

import pytest

from harness.kubectl import Namespace, run

ROOT = Path(__file__).parents[2]

GOLDEN = sorted((ROOT / "operator/platerec_operator/tests/render/golden").glob("*.yaml"))


def test_there_are_golden_files() -> None:
    assert GOLDEN


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.stem)
def test_the_api_server_takes_it(namespace: Namespace, golden: Path) -> None:
    manifest = golden.read_text().replace("namespace: cameras", f"namespace: {namespace.name}")
    said = namespace.kubectl("apply", "--dry-run=server", "--validate=strict", "-f", "-", text=manifest)
    assert "server dry run" in said


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_api_server_takes_the_example(namespace: Namespace, example: Path) -> None:
    manifest = example.read_text().replace("namespace: cameras", f"namespace: {namespace.name}")
    said = namespace.kubectl("apply", "--dry-run=server", "--validate=strict", "-f", "-", text=manifest)
    assert "server dry run" in said


POLICIES = {
    "plate-recognizer": (
        "models.source.s3.bucket=plates",
        "models.release.channel=stable",
        "networkPolicy.clients[0].podSelector.matchLabels.app=gate",
    ),
    "platerec-operator": ("networkPolicy.from[0].namespaceSelector.matchLabels.team=watch",),
}


@pytest.mark.parametrize("peers", [True, False], ids=["some may ask", "the default"])
@pytest.mark.parametrize("chart", POLICIES)
def test_the_api_server_takes_the_charts_network_policy(namespace: Namespace, chart: str, peers: bool) -> None:
    settings = [setting for setting in POLICIES[chart] if peers or "networkPolicy" not in setting]
    options = [part for setting in ("networkPolicy.create=true", *settings) for part in ("--set", setting)]
    template = ["helm", "template", "gate", str(ROOT / "charts" / chart), "--namespace", namespace.name]
    only = ["--kube-version", "1.34.0", "--show-only", "templates/networkpolicy.yaml"]
    policy = run(*template, *only, *options)
    assert "kind: NetworkPolicy" in policy
    said = namespace.kubectl("apply", "--dry-run=server", "--validate=strict", "-f", "-", text=policy)
    assert "server dry run" in said
