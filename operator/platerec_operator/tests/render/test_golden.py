"""What is rendered, as files that people read; `make golden` rewrites them."""

import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from platerec_operator.render.desired import build_children
from platerec_operator.tests.make import IMAGES, Object, make_carried, make_recognizer

GOLDEN = Path(__file__).parent / "golden"

EVERYTHING = {
    "replicas": 2,
    "profile": "gpu-tensorrt",
    "models": {
        "source": {
            "s3": {
                "endpoint": "https://store:8333",
                "credentials": {"secretName": "store-reader"},
                "ca": {"configMapName": "store-ca", "key": "root.pem"},
            }
        },
        "cache": {"pvcName": "plates-cache"},
    },
    "pipeline": {"maxPlates": 128, "detectionThreshold": 0.5},
    "server": {
        "image": "registry.example/triton:25.08",
        "gpu": {"resourceName": "nvidia.com/mig-1g.10gb", "count": 2, "runtimeClassName": "nvidia-cdi"},
        "sharedMemory": "2Gi",
        "resources": {"requests": {"cpu": "2", "memory": "4Gi"}, "limits": {"memory": "8Gi"}},
        "nodeSelector": {"pool": "gpu", "zone": "a"},
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
        "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
        "env": [{"name": "GREETING", "value": 'a "quoted": {{ brace }}\n- Größe 🚗'}],
        "extraArgs": ["--log-verbose=1"],
        "podLabels": {"team": "yard", "platerec.dev/recognizer": "stolen"},
        "imagePullSecrets": [{"name": "registry"}],
    },
    "service": {"type": "LoadBalancer", "annotations": {"example.com/zone": "a"}},
    "disruption": {"maxUnavailable": "50%"},
}

SCENARIOS: dict[str, Object] = {
    "cpu": {},
    "gpu": {"profile": "gpu-torchscript"},
    "everything": EVERYTHING,
    "repository": {
        "models": {"source": {"layout": "repository"}, "release": None},
        "pipeline": {"model": "plates_ensemble"},
    },
}


def render(spec: Object, **carried: Any) -> str:
    recognizer = make_recognizer(**spec)
    return yaml.safe_dump_all(
        build_children(recognizer, IMAGES, make_carried(recognizer, **carried)), allow_unicode=True
    )


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_children_are_those_of_the_golden_file(scenario: str, update_golden: bool) -> None:
    file = GOLDEN / f"{scenario}.yaml"
    rendered = render(SCENARIOS[scenario])
    if update_golden:
        file.write_text(rendered)
    assert rendered == file.read_text()


def test_without_a_decision_the_config_map_is_empty(update_golden: bool) -> None:
    """Its pods start, pull their images and wait."""
    file = GOLDEN / "undecided.yaml"
    rendered = render({}, decision=None)
    if update_golden:
        file.write_text(rendered)
    assert rendered == file.read_text()


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_input_changes_no_byte(seed: int) -> None:
    assert render(shuffled(EVERYTHING, random.Random(seed))) == render(EVERYTHING)


def shuffled(value: Any, dice: random.Random) -> Any:
    """The same mappings with their keys in another order; lists keep theirs, it means something."""
    if isinstance(value, dict):
        items = [(key, shuffled(item, dice)) for key, item in value.items()]
        dice.shuffle(items)
        return dict(items)
    return value
