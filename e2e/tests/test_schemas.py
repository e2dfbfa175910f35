"""Each rendered shape passes the API server's own schemas, strictly: no unknown, missing or mistyped field."""

from pathlib import Path

import pytest

from harness.kubectl import Namespace

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
