"""The values that go into the templates."""

from typing import Any

import pytest
import yaml

from platerec_operator.render.desired import build_children
from platerec_operator.render.resources import build_resources
from platerec_operator.render.shm import AT_REST, LARGEST_FRAME, REQUESTS_AT_ONCE, build_shared_memory
from platerec_operator.render.template import render_template
from platerec_operator.render.triton import CONNECTION_AGE, EXIT_TIMEOUT, GRACE_PERIOD, PRE_STOP, build_arguments
from platerec_operator.tests.make import IMAGES, Object, make_carried, make_recognizer

MEBI = 1 << 20


def spec(**changes: Any) -> Any:
    return make_recognizer(**changes).spec


def children(**changes: Any) -> dict[str, Object]:
    recognizer = make_recognizer(**changes)
    return {body["kind"]: body for body in build_children(recognizer, IMAGES, make_carried(recognizer))}


def pod_spec(**changes: Any) -> Object:
    found: Object = children(**changes)["Deployment"]["spec"]["template"]["spec"]
    return found


class TestSharedMemory:
    def test_auto_is_a_power_of_two_that_holds_the_frames_of_all_requests(self) -> None:
        size = build_shared_memory(spec(), grown=0)
        assert size & (size - 1) == 0
        assert AT_REST + REQUESTS_AT_ONCE * 2 * LARGEST_FRAME < size <= 1 << 30

    def test_it_never_shrinks(self) -> None:
        assert build_shared_memory(spec(pipeline={"maxPlates": 1}), grown=2048 * MEBI) == 2048 * MEBI

    def test_it_grows_with_what_is_needed(self) -> None:
        assert build_shared_memory(spec(pipeline={"maxPlates": 128}), grown=MEBI) > MEBI

    def test_a_quantity_is_taken_as_it_is(self) -> None:
        assert build_shared_memory(spec(server={"sharedMemory": "100Mi"}), grown=2048 * MEBI) == 100 * MEBI


class TestResources:
    def test_nothing_is_asked_for_when_nothing_is_set(self) -> None:
        assert build_resources(spec(), 512 * MEBI) == {}

    def test_shared_memory_counts_in_a_memory_limit(self) -> None:
        limits = {"resources": {"limits": {"memory": "1Gi", "cpu": 2}}}
        assert build_resources(spec(server=limits), 512 * MEBI) == {"limits": {"memory": "1536Mi", "cpu": "2"}}

    def test_gpus_are_asked_for_under_their_resource_name(self) -> None:
        gpu = {"gpu": {"resourceName": "nvidia.com/mig-1g.10gb", "count": 2}}
        found = build_resources(spec(profile="gpu-torchscript", server=gpu), 0)
        assert found == {"limits": {"nvidia.com/mig-1g.10gb": "2"}}


class TestTriton:
    def test_clients_leave_a_dying_pod_before_it_stops(self) -> None:
        assert CONNECTION_AGE * 1.1 < PRE_STOP
        assert PRE_STOP + EXIT_TIMEOUT < GRACE_PERIOD

    def test_the_arguments_of_the_user_come_last(self) -> None:
        assert build_arguments(spec(server={"extraArgs": ["--log-verbose=1"]}))[-1] == "--log-verbose=1"

    def test_only_a_cpu_pod_turns_the_gpu_off(self) -> None:
        assert "--allow-gpu-metrics=false" in build_arguments(spec())
        assert "--allow-gpu-metrics=false" not in build_arguments(spec(profile="gpu-torchscript"))


class TestPods:
    def test_gpu_profiles_run_nvidias_image_without_a_surge(self) -> None:
        deployment = children(profile="gpu-torchscript")["Deployment"]
        assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}
        assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == IMAGES.triton_gpu

    def test_an_empty_runtime_class_is_the_clusters_default(self) -> None:
        assert "runtimeClassName" not in pod_spec(profile="gpu-torchscript", server={"gpu": {"runtimeClassName": ""}})

    def test_readiness_asks_for_the_model_that_clients_call(self) -> None:
        pod = pod_spec(
            models={"source": {"layout": "repository"}, "release": None}, pipeline={"model": "plates_ensemble"}
        )
        assert pod["containers"][0]["readinessProbe"]["httpGet"]["path"] == "/v2/models/plates_ensemble/ready"

    def test_the_agent_has_no_readiness_probe(self) -> None:
        """A dead agent must not take a serving pod out of the Service."""
        (agent,) = pod_spec()["initContainers"]
        assert agent["restartPolicy"] == "Always"
        assert "readinessProbe" not in agent
        assert agent["startupProbe"]["httpGet"]["path"] == "/healthz"

    def test_no_label_of_the_user_replaces_one_that_selects_pods(self) -> None:
        template = children(server={"podLabels": {"platerec.dev/recognizer": "x", "team": "yard"}})["Deployment"]
        labels = template["spec"]["template"]["metadata"]["labels"]
        assert labels["platerec.dev/recognizer"] == "gate"
        assert labels["team"] == "yard"

    def test_every_container_is_confined(self) -> None:
        pod = pod_spec()
        for container in (*pod["containers"], *pod["initContainers"]):
            confined = container["securityContext"]
            assert confined["readOnlyRootFilesystem"] is True
            assert confined["allowPrivilegeEscalation"] is False
            assert confined["capabilities"] == {"drop": ["ALL"]}
        assert pod["securityContext"]["runAsNonRoot"] is True

    @pytest.mark.parametrize(
        "text",
        ['"]\n  hostNetwork: true\n# ', "{{ 7 * 7 }}", "- a: [b", "null", "\u2028\x85\x7f", "Größe 🚗", "'; rm -rf /"],
    )
    def test_no_value_of_the_user_changes_the_shape_of_a_pod(self, text: str) -> None:
        pod = pod_spec(server={"env": [{"name": "TEXT", "value": text}], "extraArgs": [text]})
        assert pod["containers"][0]["env"] == [{"name": "TEXT", "value": text}]
        assert pod["containers"][0]["args"][-1] == text
        assert set(pod) == set(pod_spec(server={"env": [{"name": "TEXT", "value": "harmless"}]}))


def test_a_template_without_one_of_its_values_fails() -> None:
    with pytest.raises(Exception, match="undefined"):
        render_template("service.yaml.j2")


def test_all_children_carry_the_labels_and_the_owner() -> None:
    found = children()
    assert set(found) == {"ConfigMap", "Secret", "ServiceAccount", "Deployment", "Service", "PodDisruptionBudget"}
    for body in found.values():
        assert body["metadata"]["labels"]["platerec.dev/recognizer"] == "gate"
        (owner,) = body["metadata"]["ownerReferences"]
        assert owner["controller"] is True
        assert owner["blockOwnerDeletion"] is False


def test_the_digest_tells_renderings_apart() -> None:
    def digest(**changes: Any) -> str:
        text: str = children(**changes)["Deployment"]["metadata"]["annotations"]["platerec.dev/rendered"]
        return text

    assert digest() == digest()
    assert digest() != digest(replicas=2)


def test_yaml_and_json_agree_on_the_decision() -> None:
    data = children()["ConfigMap"]["data"]["decision.json"]
    assert yaml.safe_load(data)["release"] == "2026.11.3"
