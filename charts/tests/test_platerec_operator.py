"""The operator's chart: what it renders, how little it asks for, what it refuses."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

Render = Helm = Callable[..., Any]

CHART = "platerec-operator"
GOLDEN = Path(__file__).parent / "golden" / f"{CHART}.yaml"
EVERYTHING = (
    "replicas=2",
    "watch.namespaces={yard,gate}",
    "metrics.serviceMonitor.create=true",
    "networkPolicy.create=true",
    "networkPolicy.from[0].namespaceSelector.matchLabels.team=watch",
)


@pytest.fixture
def objects(render: Render) -> Any:
    return render(CHART, name="platerec", namespace="platerec-system")


def test_the_chart_passes_helms_own_checks(helm: Helm) -> None:
    done = helm("lint", "--strict", CHART)
    assert done.returncode == 0, done.stdout


def test_all_that_can_be_switched_on_renders_as_in_the_golden_file(render: Render, update_golden: bool) -> None:
    objects = render(CHART, *EVERYTHING, name="platerec", namespace="platerec-system")
    rendered = yaml.safe_dump_all(
        (each for each in objects if each["kind"] != "CustomResourceDefinition"), sort_keys=False
    )
    if update_golden:
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(rendered)
    assert rendered == GOLDEN.read_text(), "`make golden` rewrites it"


def test_the_definition_stays_when_the_chart_is_uninstalled(objects: Any) -> None:
    metadata = objects.find("CustomResourceDefinition")["metadata"]
    assert metadata["name"] == "platerecognizers.platerec.dev"
    assert metadata["annotations"]["helm.sh/resource-policy"] == "keep"


def test_a_cluster_that_is_too_old_is_refused(helm: Helm) -> None:
    """Before 1.30 `preStop: {sleep}` is off by default, and without it pods would fail requests when they end."""
    done = helm("template", CHART, "--generate-name", "--kube-version", "1.29.9")
    assert done.returncode != 0
    assert "requires kubeVersion: >=1.30.0-0" in done.stderr


def test_every_key_of_the_definition_has_a_value(objects: Any) -> None:
    """An unquoted comma in a flow mapping ends the sentence there and makes the rest of it a key without a value."""
    assert list(find_nulls(objects.find("CustomResourceDefinition"))) == []


def find_nulls(value: Any, path: str = "") -> Iterator[str]:
    """Where a value is missing."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from find_nulls(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from find_nulls(inner, f"{path}[{index}]")
    elif value is None:
        yield path


def test_a_second_operator_leaves_the_definition_to_the_first(render: Render) -> None:
    assert "CustomResourceDefinition" not in render(CHART, "crd.install=false").kinds()


def test_every_installation_has_a_lease_of_its_own_and_the_right_to_it(render: Render) -> None:
    """Two in one namespace, each with recognizers of its own to serve, must not wait for each other."""
    for name in ("north", "south"):
        objects = render(CHART, name=name, namespace="platerec-system")
        (container,) = objects.find("Deployment")["spec"]["template"]["spec"]["containers"]
        lease = next(each["value"] for each in container["env"] if each["name"] == "PLATEREC_LEASE_NAME")
        rules = [rule for each in objects for rule in each.get("rules", []) if "leases" in rule["resources"]]
        assert lease == f"{name}-{CHART}"
        assert [rule["resourceNames"] for rule in rules if "resourceNames" in rule] == [[lease]]


def test_the_longest_name_of_a_release_gives_names_that_a_service_can_have(render: Render) -> None:
    service = render(CHART, name="r" * 53).find("Service")
    assert len(service["metadata"]["name"]) <= 63


def test_no_rule_grants_a_wildcard(objects: Any) -> None:
    rules = [rule for each in objects for rule in each.get("rules", [])]
    assert rules
    assert not [rule for rule in rules if "*" in rule["verbs"] + rule["resources"] + rule["apiGroups"]]


def test_secrets_cannot_be_listed_and_nothing_can_be_deleted(objects: Any) -> None:
    role = next(each for each in objects if each["kind"] == "ClusterRole" and "aggregate" not in str(each["metadata"]))
    verbs = {resource: set(rule["verbs"]) for rule in role["rules"] for resource in rule["resources"]}
    assert verbs["secrets"] == {"get", "create", "patch"}
    assert not set().union(*verbs.values()) & {"delete", "deletecollection", "update", "escalate", "bind"}


def test_named_namespaces_get_rights_there_and_nowhere_else(render: Render) -> None:
    objects = render(CHART, "watch.namespaces={yard,gate}", name="platerec", namespace="platerec-system")
    bound = {each["metadata"]["namespace"] for each in objects if each["kind"] == "RoleBinding"}
    assert bound == {"yard", "gate", "platerec-system"}
    assert "ClusterRoleBinding" not in objects.kinds()


def test_the_pod_fits_the_restricted_profile(objects: Any) -> None:
    pod = objects.find("Deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"] == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_an_upgrade_of_the_chart_alone_restarts_no_pod(objects: Any) -> None:
    labels = objects.find("Deployment")["spec"]["template"]["metadata"]["labels"]
    assert labels == {"app.kubernetes.io/name": CHART, "app.kubernetes.io/instance": "platerec"}


def test_one_operator_has_no_disruption_budget_that_would_block_a_drain(objects: Any) -> None:
    assert "PodDisruptionBudget" not in objects.kinds()


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("replicas=two", "at '/replicas': got string, want integer"),
        ("imags.platerec=x", "additional properties 'imags' not allowed"),
        ("images.pullPolicy=Sometimes", "value must be one of 'Always', 'IfNotPresent', 'Never'"),
        ("images.platerec=", "at '/images/platerec'"),
        ("watch.namespaces={Yard}", "at '/watch/namespaces/0'"),
        ("serviceAccount.create=false", "serviceAccount.name: name the service account"),
    ],
)
def test_a_wrong_value_is_named(helm: Helm, setting: str, sentence: str) -> None:
    done = helm("template", CHART, "--generate-name", "--kube-version", "1.34.0", "--set", setting)
    assert done.returncode != 0
    assert sentence in done.stderr
