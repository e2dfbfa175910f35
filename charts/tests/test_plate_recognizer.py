"""The chart of one recognizer: the spec is handed on, the test pod is told what to expect."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

Render = Helm = Callable[..., Any]
Object = dict[str, Any]

CHARTS = Path(__file__).parents[1]
CHART = "plate-recognizer"
LEAST = ("models.source.s3.bucket=plates", "models.release.channel=stable")
CRD = CHARTS / "platerec-operator" / "templates" / "crd.yaml"
SCHEMA = CHARTS / CHART / "values.schema.json"


def spec(objects: Any) -> Object:
    found: Object = objects.find("PlateRecognizer")["spec"]
    return found


def test_the_chart_passes_helms_own_checks(helm: Helm) -> None:
    options = [option for setting in LEAST for option in ("--set", setting)]
    done = helm("lint", "--strict", CHART, *options)
    assert done.returncode == 0, done.stdout


def test_the_least_values_make_a_recognizer_named_after_the_release(render: Render) -> None:
    recognizer = render(CHART, *LEAST).find("PlateRecognizer")
    assert (recognizer["metadata"]["name"], recognizer["metadata"]["namespace"]) == ("gate", "cameras")
    assert recognizer["spec"] == {
        "replicas": 1,
        "profile": "cpu-onnx",
        "models": {"source": {"layout": "releases", "s3": {"bucket": "plates"}}, "release": {"channel": "stable"}},
    }


def test_fields_of_the_spec_are_handed_on(render: Render) -> None:
    settings = ("profile=gpu-tensorrt", "server.gpu.count=2", "pipeline.maxPlates=16", "service.type=NodePort")
    found = spec(render(CHART, *LEAST, *settings))
    assert found["profile"] == "gpu-tensorrt"
    assert found["server"] == {"gpu": {"count": 2}}
    assert found["pipeline"] == {"maxPlates": 16}
    assert found["service"] == {"type": "NodePort"}


@pytest.mark.parametrize("example", sorted((CHARTS.parent / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_have_specs_that_the_chart_takes(helm: Helm, tmp_path: Path, example: Path) -> None:
    wanted = yaml.safe_load(example.read_text())["spec"]
    values = tmp_path / "values.yaml"
    values.write_text(yaml.safe_dump(wanted))
    done = helm("template", "gate", CHART, "--kube-version", "1.34.0", "--values", str(values))
    assert done.returncode == 0, done.stderr
    rendered = next(o for o in yaml.safe_load_all(done.stdout) if o["kind"] == "PlateRecognizer")["spec"]
    rendered["models"]["source"].pop("layout")
    assert rendered == wanted


@pytest.mark.parametrize(("setting", "replicas"), [("replicas=0", 0), ("replicas=null", None)])
def test_replicas_may_be_none_at_all_or_left_to_an_autoscaler(
    render: Render, setting: str, replicas: int | None
) -> None:
    assert spec(render(CHART, *LEAST, setting)).get("replicas") == replicas


def test_a_plain_repository_has_no_release(render: Render) -> None:
    models = spec(render(CHART, LEAST[0], "models.source.layout=repository"))["models"]
    assert models == {"source": {"layout": "repository", "s3": {"bucket": "plates"}}}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (LEAST[:1], "set exactly one of models.release.channel and models.release.name"),
        ((*LEAST, "models.release.name=r1"), "set exactly one of models.release.channel"),
        ((*LEAST, "models.source.layout=repository"), "a repository has no releases"),
        (LEAST[1:], "at '/models/source/s3': missing property 'bucket'"),
        ((*LEAST, "profile=cpu"), "at '/profile': value must be one of"),
        ((*LEAST, "server.gpus.count=1"), "at '/server': additional properties 'gpus' not allowed"),
        ((*LEAST, "replica=2"), "additional properties 'replica' not allowed"),
    ],
)
def test_a_wrong_value_is_named(helm: Helm, settings: tuple[str, ...], sentence: str) -> None:
    options = [option for setting in settings for option in ("--set", setting)]
    done = helm("template", "gate", CHART, "--kube-version", "1.34.0", *options)
    assert done.returncode != 0
    assert sentence in done.stderr


def test_without_a_picture_the_test_sends_a_grey_frame_and_wants_no_plate(render: Render) -> None:
    objects = render(CHART, *LEAST)
    picture = base64.b64decode(objects.find("ConfigMap")["binaryData"]["picture"])
    frame = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_UNCHANGED)
    assert frame.shape == (360, 640, 3)
    assert (frame == 127).all()
    (container,) = objects.find("Pod")["spec"]["containers"]
    assert container["args"] == ["gate.cameras.svc:8001", "no plate"]


def test_with_a_picture_the_test_wants_a_plate_and_may_name_it(render: Render) -> None:
    objects = render(CHART, *LEAST, "test.picture=aGVs\nbG8=", "test.text=A123BC77")
    assert objects.find("ConfigMap")["binaryData"]["picture"] == "aGVsbG8="
    (container,) = objects.find("Pod")["spec"]["containers"]
    assert container["args"] == ["gate.cameras.svc:8001", "A123BC77"]


def test_nothing_of_the_chart_is_taken_for_a_part_of_the_recognizer(render: Render) -> None:
    """The operator selects by these labels and refuses children of its names that are not its own."""
    for each in render(CHART, *LEAST, "networkPolicy.create=true"):
        assert "app.kubernetes.io/instance" not in each["metadata"]["labels"]
        assert each["kind"] == "PlateRecognizer" or each["metadata"]["name"] not in {
            "gate",
            "gate-release",
            "gate-agent",
        }


def test_only_the_operator_reaches_the_agent(render: Render) -> None:
    policy = render(CHART, *LEAST, "networkPolicy.create=true").find("NetworkPolicy")["spec"]
    (rule,) = (rule for rule in policy["ingress"] if {"port": 8080} in rule["ports"])
    assert rule["ports"] == [{"port": 8080}]
    selector = {"matchLabels": {"kubernetes.io/metadata.name": "platerec-system"}}
    assert rule["from"] == [{"namespaceSelector": selector}]


def test_the_test_uses_the_image_that_the_operator_pins() -> None:
    values = [yaml.safe_load((CHARTS / name / "values.yaml").read_text()) for name in (CHART, "platerec-operator")]
    assert values[0]["test"]["image"] == values[1]["images"]["platerec"]


def test_the_schema_takes_the_fields_of_the_definition(update_golden: bool) -> None:
    """What stands under `spec` in the definition is what the values may say; the rest is the chart's own."""
    schema = json.loads(SCHEMA.read_text())
    fields = build_spec_fields(yaml.safe_load(CRD.read_text()))
    if update_golden:
        schema["properties"] |= fields
        SCHEMA.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
    assert {name: schema["properties"].get(name) for name in fields} == fields, "`make golden` rewrites it"


def build_spec_fields(crd: Object) -> dict[str, Object]:
    """The definition's structural schema as the strict JSON Schema that Helm checks values with."""
    (version,) = crd["spec"]["versions"]
    properties = version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
    fields = {name: _strict(field) for name, field in properties.items()}
    fields["replicas"] = {**fields["replicas"], "type": ["integer", "null"]}
    fields["models"]["properties"]["release"].pop("required", None)  # the template says it in better words
    return fields


def _strict(schema: Any) -> Any:
    kept = (
        "type",
        "enum",
        "pattern",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "required",
    )
    strict = {key: schema[key] for key in kept if key in schema}
    if schema.get("x-kubernetes-int-or-string"):
        strict["type"] = ["integer", "string"]
    if "properties" in schema:
        strict["properties"] = {name: _strict(field) for name, field in schema["properties"].items()}
        strict["additionalProperties"] = bool(schema.get("x-kubernetes-preserve-unknown-fields"))
    elif isinstance(schema.get("additionalProperties"), dict):
        strict["additionalProperties"] = _strict(schema["additionalProperties"])
    if "items" in schema:
        strict["items"] = _strict(schema["items"])
    return strict
