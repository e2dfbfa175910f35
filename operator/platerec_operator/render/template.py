"""Templates of children: YAML that people read, into which values go as JSON, so that none can change its shape."""

import json
import re
from typing import Any

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined


def _to_yaml(value: Any) -> str:
    """JSON, which is YAML too; what is not plain ASCII in YAML's own escapes, since PyYAML joins no surrogates."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return re.sub(r"[^\x20-\x7e]", lambda match: f"\\U{ord(match[0]):08X}", text)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("platerec_operator.render"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 # YAML, not HTML: `tojson` is what escapes
    )
    environment.filters["tojson"] = _to_yaml
    return environment


_ENVIRONMENT = _environment()


def render_template(template: str, **values: Any) -> dict[str, Any]:
    """The object that a template gives for these values."""
    text = _ENVIRONMENT.get_template(template).render(**values)
    # The loader in C: the one in Python takes ten times as long, which is most of a reconcile.
    body: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)  # it is a safe loader
    return body
