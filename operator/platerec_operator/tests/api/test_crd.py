"""The CRD and the operator's types say the same: names, defaults, limits, choices."""

import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import annotated_types
import pytest
import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from platerec_operator.api.recognizer import RecognizerSpec

CRD = Path(__file__).parents[4] / "charts/platerec-operator/templates/crd.yaml"
Schema = dict[str, Any]


def load() -> Schema:
    version: Schema = yaml.safe_load(CRD.read_text())["spec"]["versions"][0]
    return version


def spec_schema() -> Schema:
    schema: Schema = load()["schema"]["openAPIV3Schema"]["properties"]["spec"]
    return schema


def model_of(annotation: Any) -> type[BaseModel] | None:
    """The model in `Model`, or in `Model | None`."""
    options = typing.get_args(annotation) if isinstance(annotation, types.UnionType) else (annotation,)
    return next((o for o in options if isinstance(o, type) and issubclass(o, BaseModel)), None)


def pairs(model: type[BaseModel], schema: Schema, path: str) -> Iterator[tuple[str, FieldInfo, Schema]]:
    """Each field of the types beside its schema."""
    for info in model.model_fields.values():
        name = info.alias or ""
        found = schema["properties"][name]
        yield f"{path}.{name}", info, found
        inner = model_of(info.annotation)
        if inner:
            yield from pairs(inner, found, f"{path}.{name}")


def models(model: type[BaseModel], schema: Schema, path: str = "spec") -> Iterator[tuple[str, type[BaseModel], Schema]]:
    yield path, model, schema
    for info in model.model_fields.values():
        inner = model_of(info.annotation)
        if inner:
            yield from models(inner, schema["properties"][info.alias], f"{path}.{info.alias}")


FIELDS = list(pairs(RecognizerSpec, spec_schema(), "spec"))
fields = pytest.mark.parametrize(("info", "schema"), [pytest.param(i, s, id=p) for p, i, s in FIELDS])


@pytest.mark.parametrize(
    ("model", "schema"), [pytest.param(m, s, id=p) for p, m, s in models(RecognizerSpec, spec_schema())]
)
def test_an_object_has_the_same_fields_and_needs_the_same(model: type[BaseModel], schema: Schema) -> None:
    assert set(schema["properties"]) == {info.alias for info in model.model_fields.values()}
    needed = {info.alias for info in model.model_fields.values() if info.is_required()}
    assert set(schema.get("required", ())) == needed


@fields
def test_a_field_has_the_same_default(info: FieldInfo, schema: Schema) -> None:
    default = info.get_default(call_default_factory=True, validated_data={})
    if isinstance(default, BaseModel):
        assert schema["default"] == {}, "an object whose fields have defaults must itself be there"
    elif default in (PydanticUndefined, None, (), {}):
        assert schema.get("default") in (None, {})
    else:
        assert schema["default"] == default


@fields
def test_a_field_has_the_same_limits(info: FieldInfo, schema: Schema) -> None:
    for limit in info.metadata:
        match limit:
            case annotated_types.Ge(ge=least):
                assert schema["minimum"] == least
            case annotated_types.Le(le=most):
                assert schema["maximum"] == most
            case annotated_types.MinLen(min_length=least):
                assert schema["minLength"] == least
            case annotated_types.MaxLen(max_length=most):
                assert schema["maxLength"] == most
            case _:
                pattern = getattr(limit, "pattern", None)
                assert pattern is None or schema["pattern"] == pattern
    if typing.get_origin(info.annotation) is typing.Literal:
        assert schema["enum"] == list(typing.get_args(info.annotation))


def described(schema: Schema, path: str) -> Iterator[tuple[str, str]]:
    yield path, schema.get("description", "")
    for name, inner in schema.get("properties", {}).items():
        yield from described(inner, f"{path}.{name}")
    for kind in ("items", "additionalProperties"):
        if isinstance(schema.get(kind), dict):
            yield from described(schema[kind], f"{path}.{kind}")


def test_kubectl_explain_has_a_sentence_for_every_field() -> None:
    root = load()["schema"]["openAPIV3Schema"]
    silent = [path for path, text in described(root, "") if not text and path != ".metadata"]
    assert silent == []


def test_the_scale_subresource_names_fields_that_exist() -> None:
    scale = load()["subresources"]["scale"]
    assert scale == {
        "specReplicasPath": ".spec.replicas",
        "statusReplicasPath": ".status.replicas",
        "labelSelectorPath": ".status.selector",
    }


def test_it_survives_an_uninstall() -> None:
    crd = yaml.safe_load(CRD.read_text())
    assert crd["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
