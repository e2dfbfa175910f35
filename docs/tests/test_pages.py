"""What the hand-written pages name is there: targets, fields, files, reasons."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from platerec_store.release.reasons import Reason

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(DOCS.rglob("*.md"))]
METRICS = (
    "operator/platerec_operator/runtime/metrics.py",
    "model_store/platerec_store/agent/metrics.py",
    "model_store/platerec_pipeline/counters.py",
)
FOLDERS = "operator|model_store|conversion|charts|e2e|docs|examples"


def found(pattern: str) -> Iterator[tuple[str, str]]:
    """Every match in every page, with the page's name."""
    for page in PAGES:
        for match in re.finditer(pattern, page.read_text(), re.MULTILINE):
            yield page.name, match[1]


def test_every_target_that_is_named_is_in_the_makefile() -> None:
    named = set(found(r"(?:^|`|=\S+ )make ([a-z0-9][a-z0-9-]*)"))
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named
    assert [each for each in named if each[1] not in targets] == []


def test_every_field_that_is_named_is_one_of_a_recognizer() -> None:
    named = set(found(r"\bspec\.((?:models|pipeline|server|service|disruption|profile|replicas)[A-Za-z0-9.]*)"))
    fields = set(re.findall(r"^\| `([\w.]+)` \|", (DOCS / "reference/recognizer.md").read_text(), re.MULTILINE))
    # Below a resource list every name is allowed.
    known = fields | {
        f"server.resources.{kind}.{name}" for kind in ("requests", "limits") for name in ("cpu", "memory")
    }
    assert named
    assert [each for each in named if each[1].rstrip(".") not in known] == []


def test_every_file_that_is_named_is_there() -> None:
    named = set(found(rf"`((?:{FOLDERS})/[\w./-]+)[` ]"))
    assert named
    never = "operator/__init__.py"  # decision 2
    assert [each for each in named if each[1] != never and not (ROOT / each[1]).exists()] == []


def test_every_metric_that_is_named_is_counted() -> None:
    counted = {name for path in METRICS for name in re.findall(r'"(platerec_[a-z_]+)"', (ROOT / path).read_text())}
    named = set(found(r"\b(platerec_(?:agent_|operator_|request)[a-z_]+)\b"))
    assert named
    assert [each for each in named if re.sub(r"_(total|bucket|sum|count)$", "", each[1]) not in counted] == []


def yaml_blocks() -> Iterator[Any]:
    for page in PAGES:
        for number, block in enumerate(re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)):
            yield pytest.param(block, id=f"{page.name}-{number}")


@pytest.mark.parametrize("block", list(yaml_blocks()))
def test_every_example_is_yaml_without_a_key_that_has_no_value(block: str) -> None:
    leaves: list[Any] = list(yaml.safe_load_all(block))
    while leaves:
        leaf = leaves.pop()
        assert leaf is not None
        leaves += leaf.values() if isinstance(leaf, dict) else leaf if isinstance(leaf, list) else []


def reasons_to_act_on() -> list[str]:
    """The operator's that a person does something about, and all of the store and the pods."""
    page = (DOCS / "reference/conditions.md").read_text()
    own = page.partition("\nDo something.\n")[2].partition("\n## ")[0]
    return [*re.findall(r"^\| `(\w+)` \|", own, re.MULTILINE), *(str(reason) for reason in Reason)]


@pytest.mark.parametrize("reason", reasons_to_act_on())
def test_a_reason_that_asks_for_something_has_its_row_in_troubleshoot(reason: str) -> None:
    rows = re.findall(
        r"^\| (`\w+`(?:, `\w+`)*) \| .+ \| .+ \|$", (DOCS / "how-to/troubleshoot.md").read_text(), re.MULTILINE
    )
    assert any(f"`{reason}`" in row for row in rows)


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text()
    pages = [page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md") if not page.name.endswith(".in.md")]
    assert [page for page in pages if page not in navigation] == []
