"""Writes the pages of docs/reference from what they describe: commands, definition, reasons, values of the charts.

`generate.py` writes them, `generate.py --check` only says which are out of date.
"""

import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from platerec_operator.api.reasons import OperatorReason
from platerec_store.release.reasons import Reason

DOCS = Path(__file__).parent
CHARTS = DOCS.parent / "charts"
CRD = CHARTS / "platerec-operator" / "templates" / "crd.yaml"
HEADER = "<!-- Written by docs/generate.py: change what it reads, then run `make docs`. -->\n\n"


def cli_page() -> str:
    """The commands, as typer documents them."""
    pages = [
        _typer_docs("platerec_cli.__main__", "platerec"),
        _typer_docs("platerec_convert.commands", "platerec-convert"),
        _typer_docs("platerec_convert.training.commands", "platerec-train"),
        _typer_docs("platerec_convert.evaluation.commands", "platerec-eval"),
    ]
    shifted = re.sub(r"^#", "##", "\n".join(pages), flags=re.MULTILINE)
    return f"# Commands\n\n{shifted}"


def _typer_docs(module: str, name: str) -> str:
    command = [sys.executable, "-m", "typer", module, "utils", "docs", "--name", name]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def recognizer_page() -> str:
    """Every field of a PlateRecognizer, from the definition that the API server checks."""
    (version,) = yaml.safe_load(CRD.read_text())["spec"]["versions"]
    schema = version["schema"]["openAPIV3Schema"]["properties"]
    columns = [f"| `{c['name']}` | {_cell(_column(c))} |" for c in version["additionalPrinterColumns"]]
    return "\n".join(
        [
            "# PlateRecognizer",
            "",
            f"`platerec.dev/{version['name']}`, short name `plr`. In a cluster: `kubectl explain plr.spec`.",
            "",
            "## spec",
            "",
            *_field_table(schema["spec"]),
            "",
            "## status",
            "",
            *_field_table(schema["status"]),
            "",
            "## Columns of `kubectl get plr`",
            "",
            "| column | meaning |",
            "| --- | --- |",
            *columns,
            "",
        ]
    )


def _column(column: dict[str, Any]) -> str:
    """What a column says, and whether kubectl shows it only when asked for more."""
    wide = " (with `--output wide`)" if column.get("priority") else ""
    return f"{column.get('description', '')}{wide}"


def _field_table(schema: dict[str, Any]) -> list[str]:
    return ["| field | type | default | meaning |", "| --- | --- | --- | --- |", *_field_rows(schema, "")]


def _field_rows(schema: dict[str, Any], path: str) -> Iterator[str]:
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        here = f"{path}{name}"
        default = "required" if name in required else _code(field["default"]) if "default" in field else ""
        yield f"| `{here}` | {_type_of(field)} | {default} | {_cell(field.get('description', ''))} |"
        yield from _field_rows(field, f"{here}.")
        yield from _field_rows(field.get("items", {}), f"{here}[].")


def _type_of(field: dict[str, Any]) -> str:
    if "enum" in field:
        return " \\| ".join(_code(value) for value in field["enum"])
    if field.get("x-kubernetes-int-or-string"):
        return "integer or string"
    if field.get("type") == "array":
        return f"list of {_type_of(field['items'])}"
    return str(field.get("type", "any"))


def conditions_page() -> str:
    """The reasons, from the enums that the operator and the agents use."""
    return "\n".join(
        [
            (DOCS / "reference" / "conditions.in.md").read_text().rstrip(),
            "",
            "## Reasons of the operator",
            *_reason_tables(OperatorReason),
            "## Reasons of the store and of the pods",
            "",
            *_reason_tables(Reason),
        ]
    )


def _reason_tables(enum: type[StrEnum]) -> Iterator[str]:
    """A table for each run of members; a comment on a line of its own is the sentence above it."""
    head = ["| reason | meaning |", "| --- | --- |"]
    for line in inspect.getsource(enum).splitlines():
        if member := re.fullmatch(r'\s+[A-Z_]+ = "(\w+)"(?:\s+# (.*))?', line):
            yield from head
            head = []
            yield f"| `{member[1]}` | {_cell(member[2] or '')} |"
        elif comment := re.fullmatch(r"\s+# (.*)", line):
            yield from ["", comment[1], ""]
            head = ["| reason | meaning |", "| --- | --- |"]
    yield ""


def charts_page() -> str:
    """The values of both charts with the comments that stand above them."""
    lines = ["# Values of the charts", ""]
    for chart in ("platerec-operator", "plate-recognizer"):
        text = (CHARTS / chart / "values.yaml").read_text()
        rows = _value_rows(yaml.compose(text), "", text.splitlines())
        lines += [f"## {chart}", "", "| value | default | meaning |", "| --- | --- | --- |", *rows, ""]
    return "\n".join(lines)


def _value_rows(node: Any, path: str, lines: list[str]) -> Iterator[str]:
    for key, value in node.value:
        comment = _comment_above(lines, key.start_mark.line)
        nested = any(_comments_in(value, lines))
        if comment or not nested:
            default = "" if nested else _code(yaml.safe_load(yaml.serialize(value)))
            yield f"| `{path}{key.value}` | {default} | {_cell(comment)} |"
        if nested:
            yield from _value_rows(value, f"{path}{key.value}.", lines)


def _comments_in(node: Any, lines: list[str]) -> Iterator[str]:
    """What is said of the keys of a mapping, at any depth."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield _comment_above(lines, key.start_mark.line)
            yield from _comments_in(value, lines)


def _comment_above(lines: list[str], number: int) -> str:
    words: list[str] = []
    while number > 0 and lines[number - 1].strip().startswith("#"):
        number -= 1
        words.insert(0, lines[number].strip().lstrip("# "))
    return " ".join(words)


def _code(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, width=1000).removesuffix("\n...\n").strip()
    return f"`{text}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "recognizer.md": recognizer_page,
    "conditions.md": conditions_page,
    "charts.md": charts_page,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check name those that would change; the exit code."""
    stale = []
    for name, page in PAGES.items():
        path = DOCS / "reference" / name
        text = HEADER + page()
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.write_text(text)
    if stale and "--check" in arguments:
        sys.stderr.write(f"docs/reference is out of date ({', '.join(stale)}): run `make docs` and commit it.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
