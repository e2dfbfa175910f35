"""What a fleet does with a release that must not serve, with pods that shall be replaced, and without its operator.

The tests run in their order, each goes on where the one before stopped.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from harness.kubectl import Namespace, Object, condition, eventually, run
from harness.recognition import recognize
from harness.recognizers import recognizer, wait_for_condition
from harness.store import Store

ROOT = Path(__file__).parents[2]

NAME, PREFIX = "gate", "rollout"
GOOD, BAD, BETTER, BEST = "rollout-1", "rollout-2", "rollout-3", "rollout-4"


@pytest.fixture(scope="module")
def releases(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Four releases with a reader version each; the second one's golden sample expects what no reader says."""
    folder = tmp_path_factory.mktemp("rollout")
    for version, name in enumerate((GOOD, BAD, BETTER, BEST), start=1):
        models = folder / name
        shutil.copytree(ROOT / "build/models", models)
        (models / "parity.json").unlink()  # it speaks of the folders as they were converted
        for reader in models.glob("*/plate_reader/1"):
            reader.rename(reader.with_name(str(version)))
        if name == BAD:
            expect_another_text(models / "golden/golden.json")
        store.publish(PREFIX, name, folder / "releases", models)
    store.promote(PREFIX, GOOD)
    return store


def expect_another_text(golden: Path) -> None:
    content = json.loads(golden.read_text())
    content["samples"][0]["plates"][0]["text"] = "A000AA00"
    golden.write_text(json.dumps(content))


def test_a_release_that_reads_wrongly_is_rejected_and_the_one_before_serves(
    releases: Store, namespace: Namespace, street: np.ndarray, expected: set[str]
) -> None:
    namespace.apply(recognizer(NAME, PREFIX))
    wait_for_condition(namespace, NAME, "Ready", "True")
    before = pods(namespace)
    releases.promote(PREFIX, BAD)
    found = wait_for_condition(namespace, NAME, "Degraded", "True", "GateFailed")
    assert f"Release {BAD} is rejected" in found["message"]
    assert "expected A000AA00, got" in found["message"]
    with namespace.forward(f"service/{NAME}", 8001) as (address,):
        reading = recognize(address, street)
    assert (reading.release, expected <= set(reading.texts)) == (GOOD, True)
    assert pods(namespace) == before
    eventually("the history tells it", lambda: ("Rejected", BAD) in history(namespace))
    told = json.loads(namespace.kubectl("get", "events", "-o", "json"))["items"]
    assert BAD in next(event["message"] for event in told if event["reason"] == "Rejected")


def test_another_release_has_its_chance_though_the_operator_is_killed_meanwhile(
    releases: Store, namespace: Namespace
) -> None:
    releases.promote(PREFIX, BETTER)
    eventually("it is decided", lambda: decision(namespace)["release"] == BETTER)
    run("kubectl", "--namespace", "platerec-system", "delete", "pod", "--all", "--grace-period=0", "--force")
    eventually("it is served", lambda: release(namespace).get("active") == BETTER, timeout=240)
    found = wait_for_condition(namespace, NAME, "Degraded", "False")
    assert found["reason"] == "AsExpected"


def test_pods_are_replaced_where_that_is_asked_for(releases: Store, namespace: Namespace) -> None:
    before = pods(namespace)
    update = {"strategy": "RollingUpdate", "pollSeconds": 5, "bakeSeconds": 0}
    namespace.patch("plr", NAME, {"spec": {"models": {"update": update}}})
    releases.promote(PREFIX, BEST)

    def replaced() -> bool:
        status = namespace.get("plr", NAME)["status"]
        settled = condition(namespace.get("plr", NAME), "Progressing").get("status") == "False"
        return bool(status["release"].get("active") == BEST and settled and len(pods(namespace)) == 1)

    eventually("new pods serve it, and the old ones are gone", replaced, timeout=240)
    assert not set(before) & set(pods(namespace))


def release(namespace: Namespace) -> Object:
    found: Object = namespace.get("plr", NAME)["status"]["release"]
    return found


def decision(namespace: Namespace) -> Object:
    found: Object = json.loads(namespace.get("configmap", f"{NAME}-release")["data"]["decision.json"])
    return found


def history(namespace: Namespace) -> list[tuple[str, str]]:
    return [(entry["result"], entry["release"]) for entry in namespace.get("plr", NAME)["status"]["history"]]


def pods(namespace: Namespace) -> list[str]:
    return sorted(pod["metadata"]["uid"] for pod in namespace.find("pods"))
