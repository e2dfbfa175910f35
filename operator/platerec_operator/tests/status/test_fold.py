from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from platerec_operator.api.lookup import Found
from platerec_operator.api.reasons import OperatorReason
from platerec_operator.api.rejection import Rejection
from platerec_operator.api.trouble import Trouble
from platerec_operator.status.facts import Facts
from platerec_operator.status.fold import build_headline, fold_invalid, fold_status
from platerec_operator.status.pods import Pod
from platerec_operator.tests.make import DIGEST, Object, make_body, make_decision, make_recognizer
from platerec_store.release.reasons import Reason
from platerec_store.release.report import Fault, Report

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BEFORE = datetime(2026, 11, 1, tzinfo=UTC)
OLD, NEW = "2026.11.3", "2026.11.4"
READY = Pod("gate-1", "10.0.0.7", ready=True, trouble=None)
STARTING = Pod("gate-1", "10.0.0.7", ready=False, trouble=None)
DEPLOYMENT = {
    "metadata": {"generation": 2},
    "spec": {"replicas": 1},
    "status": {"observedGeneration": 2, "updatedReplicas": 1, "replicas": 1},
}
OUTAGE = Fault(reason=Reason.STORE_UNREACHABLE, message="The store does not answer.", transient=True)


def make_facts(status: Object | None = None, spec: Object | None = None, **changes: Any) -> Facts:
    """A recognizer that serves, as it shall; `target` is the release that is decided."""
    recognizer = make_recognizer(status=status, **(spec or {}))
    target = changes.pop("target", OLD)
    values = {
        "recognizer": recognizer,
        "now": NOW,
        "decision": make_decision(recognizer, target) if target else None,
        "lookup": Found(OLD, DIGEST),
        "deployment": DEPLOYMENT,
        "pods": (READY,),
        "reports": {"gate-1": Report(active=OLD, target=OLD)},
    }
    return Facts(**{**values, **changes})


def conditions(status: Object) -> dict[str, tuple[str, str]]:
    return {c["type"]: (c["status"], c["reason"]) for c in status["conditions"]}


def message(status: Object, kind: str) -> str:
    text: str = next(c["message"] for c in status["conditions"] if c["type"] == kind)
    return text


def test_a_recognizer_that_serves() -> None:
    status = fold_status(make_facts())
    assert status["state"] == "Serving"
    assert conditions(status) == {
        "Ready": ("True", "Serving"),
        "Synced": ("True", "Following"),
        "Progressing": ("False", "Settled"),
        "Degraded": ("False", "AsExpected"),
    }
    assert status["release"] == {"active": OLD, "target": OLD, "since": "2026-11-23T12:00:00Z"}
    assert status["endpoints"]["grpc"] == "gate.cameras.svc:8001"
    assert status["selector"] == "platerec.dev/recognizer=gate"
    assert (status["replicas"], status["readyReplicas"], status["observedGeneration"]) == (1, 1, 3)


def test_the_same_facts_later_are_the_same_status() -> None:
    """Or the operator would write for ever."""
    first = fold_status(make_facts())
    assert fold_status(make_facts(status=first, now=NOW + timedelta(hours=1))) == first


def test_before_a_release_is_decided_it_waits() -> None:
    status = fold_status(make_facts(target=None, lookup=None, pods=(), reports={}))
    assert status["state"] == "Waiting"
    assert conditions(status)["Ready"] == ("False", "WaitingForRelease")
    assert conditions(status)["Synced"] == ("Unknown", "WaitingForRelease")


def test_a_pod_that_loads_says_its_step() -> None:
    reports = {"gate-1": Report(target=OLD, step="Fetch")}
    status = fold_status(make_facts(pods=(STARTING,), reports=reports))
    assert status["state"] == "Waiting"
    assert status["release"]["step"] == "Fetch"
    assert conditions(status)["Ready"] == ("False", "Loading")
    assert conditions(status)["Progressing"] == ("True", "Loading")


def test_serving_pods_on_their_way_to_another_release_swap() -> None:
    reports = {"gate-1": Report(active=OLD, target=NEW, step="Load")}
    status = fold_status(make_facts(target=NEW, lookup=Found(NEW, DIGEST), reports=reports))
    assert status["state"] == "Swapping"
    assert conditions(status)["Ready"] == ("True", "Serving")
    assert conditions(status)["Progressing"] == ("True", "Swapping")
    assert (status["release"]["active"], status["release"]["target"]) == (OLD, NEW)


def test_the_step_is_that_of_the_pod_that_is_furthest_back() -> None:
    pods = (READY, Pod("gate-2", "10.0.0.8", ready=True, trouble=None))
    reports = {
        "gate-1": Report(active=NEW, target=NEW, step="Retire"),
        "gate-2": Report(active=OLD, target=NEW, step="Fetch"),
    }
    status = fold_status(make_facts(target=NEW, pods=pods, reports=reports, spec={"replicas": 2}))
    assert status["release"]["step"] == "Fetch"


def test_an_outage_of_the_store_degrades_and_keeps_serving() -> None:
    status = fold_status(make_facts(lookup=OUTAGE, fault=OUTAGE))
    assert status["state"] == "Degraded"
    assert conditions(status)["Ready"] == ("True", "Serving")
    assert conditions(status)["Synced"] == ("False", "StoreUnreachable")
    assert message(status, "Synced") == f"The store does not answer. Release {OLD} stays."


def test_paused_updates_say_what_waits() -> None:
    status = fold_status(make_facts(lookup=Found(NEW, DIGEST)))
    assert conditions(status)["Synced"] == ("True", "Paused")
    assert NEW in message(status, "Synced")


def test_a_child_that_cannot_be_made_comes_before_all_else() -> None:
    refusal = Trouble(OperatorReason.NAME_CONFLICT, "Service cameras/gate was made by somebody else.")
    status = fold_status(make_facts(refusals=(refusal,), lookup=OUTAGE, fault=OUTAGE))
    assert conditions(status)["Synced"] == ("False", "NameConflict")
    assert conditions(status)["Degraded"] == ("True", "NameConflict")


def test_what_is_wrong_with_a_pod_is_why_it_is_not_ready() -> None:
    trouble = Trouble(OperatorReason.INSUFFICIENT_GPU, "No node has 1 free nvidia.com/gpu.")
    status = fold_status(make_facts(pods=(Pod("gate-1", None, ready=False, trouble=trouble),), reports={}))
    assert conditions(status)["Ready"] == ("False", "InsufficientGPU")
    assert conditions(status)["Degraded"] == ("True", "InsufficientGPU")


def test_a_fault_of_an_agent_names_its_pod() -> None:
    fault = Fault(reason=Reason.BLOB_CORRUPT, message="blobs/sha256/12 is corrupt.", transient=False)
    reports = {"gate-1": Report(active=OLD, target=NEW, step="Fetch", error=fault)}
    status = fold_status(make_facts(status={"release": {"active": OLD}}, target=NEW, reports=reports))
    assert conditions(status)["Degraded"] == ("True", "BlobCorrupt")
    assert message(status, "Degraded") == "Pod gate-1: blobs/sha256/12 is corrupt."


def test_a_triton_that_starts_is_no_trouble() -> None:
    fault = Fault(reason=Reason.TRITON_UNAVAILABLE, message="Triton does not answer.", transient=True)
    reports = {"gate-1": Report(target=OLD, step="Waiting", error=fault)}
    assert fold_status(make_facts(pods=(STARTING,), reports=reports))["state"] == "Waiting"


def test_a_silent_agent_of_a_ready_pod_is_said() -> None:
    facts = make_facts(status={"release": {"active": OLD}}, reports={}, silent={"gate-1": "The agent does not answer."})
    status = fold_status(facts)
    assert conditions(status)["Degraded"] == ("True", "AgentUnreachable")
    assert status["release"]["active"] == OLD


def test_pods_that_the_api_server_refuses_are_said() -> None:
    failure = {"type": "ReplicaFailure", "status": "True", "message": 'RuntimeClass "nvidia" not found'}
    deployment = {**DEPLOYMENT, "status": {"conditions": [failure]}}
    status = fold_status(make_facts(deployment=deployment, pods=(), reports={}))
    assert conditions(status)["Degraded"] == ("True", "PodsRefused")
    assert "RuntimeClass" in message(status, "Degraded")


def test_scaled_to_zero_is_not_ready_and_not_wrong() -> None:
    deployment = {**DEPLOYMENT, "spec": {"replicas": 0}, "status": {"observedGeneration": 2}}
    status = fold_status(make_facts(spec={"replicas": 0}, deployment=deployment, pods=(), reports={}))
    assert conditions(status)["Ready"] == ("False", "ScaledToZero")
    assert conditions(status)["Progressing"] == ("False", "Settled")
    assert status["state"] == "Waiting"


def test_a_rollout_is_progress() -> None:
    deployment = {**DEPLOYMENT, "metadata": {"generation": 3}}
    assert conditions(fold_status(make_facts(deployment=deployment)))["Progressing"] == ("True", "RollingOut")


@pytest.mark.parametrize(
    ("replicas", "allowed", "ready", "answers"),
    [(3, 1, 2, True), (3, 1, 1, False), (1, 1, 1, True), (1, 1, 0, False), (4, "50%", 2, True), (4, "50%", 1, False)],
)
def test_as_many_must_be_ready_as_disruptions_leave(
    replicas: int, allowed: int | str, ready: int, answers: bool
) -> None:
    pods = tuple(Pod(f"gate-{n}", None, ready=n < ready, trouble=None) for n in range(replicas))
    spec = {"replicas": replicas, "disruption": {"maxUnavailable": allowed}}
    status = fold_status(make_facts(spec=spec, pods=pods, reports={}))
    assert conditions(status)["Ready"][0] == str(answers)


class TestTransitionTimes:
    BEFORE = "2026-11-23T11:00:00Z"

    def prior(self, kind: str, value: str) -> Object:
        old = {"type": kind, "status": value, "reason": "Before", "message": "", "lastTransitionTime": self.BEFORE}
        return {"conditions": [old]}

    def time(self, status: Object, kind: str) -> str:
        text: str = next(c["lastTransitionTime"] for c in status["conditions"] if c["type"] == kind)
        return text

    def test_they_stay_while_the_status_stays_though_the_reason_changes(self) -> None:
        status = fold_status(make_facts(status=self.prior("Ready", "True")))
        assert conditions(status)["Ready"] == ("True", "Serving")
        assert self.time(status, "Ready") == self.BEFORE

    def test_they_move_with_the_status(self) -> None:
        status = fold_status(make_facts(status=self.prior("Ready", "False")))
        assert self.time(status, "Ready") == "2026-11-23T12:00:00Z"


class TestHistory:
    def told(self, releases: list[str]) -> list[tuple[str, str]]:
        """The history when these were served one after the other, and another one was rejected before."""
        rejected = Rejection(
            release="bad", manifest=DIGEST, spec=DIGEST, reason=Reason.GATE_FAILED, message="It reads B.", at=BEFORE
        )
        status: Object = {}
        for release in releases:
            reports = {"gate-1": Report(active=release, target=release)}
            seen = make_facts(
                status=status, target=release, lookup=Found(release, DIGEST), rejected=(rejected,), reports=reports
            )
            status = fold_status(seen)
        return [(entry["release"], entry["result"]) for entry in status["history"]]

    def test_a_newly_served_release_is_added(self) -> None:
        prior = {"release": {"active": "older"}, "history": [{"release": "older", "at": "x", "result": "Served"}]}
        history = fold_status(make_facts(status=prior))["history"]
        assert [(entry["release"], entry["result"]) for entry in history] == [("older", "Served"), (OLD, "Served")]

    def test_a_rejected_release_is_added_once(self) -> None:
        rejected = Rejection(
            release=NEW, manifest=DIGEST, spec=DIGEST, reason=Reason.GATE_FAILED, message="It reads B.", at=NOW
        )
        served = [{"release": OLD, "at": "2026-11-20T00:00:00Z", "result": "Served"}]
        status = {"release": {"active": OLD}, "history": served}
        told = fold_status(make_facts(status=status, rejected=(rejected,)))
        entry = {"release": NEW, "result": "Rejected", "reason": "GateFailed", "at": "2026-11-23T12:00:00Z"}
        assert told["history"] == [*served, entry]
        assert fold_status(make_facts(status=told, rejected=(rejected,)))["history"] == told["history"]
        later = {"release": NEW, "at": "2026-11-24T00:00:00Z", "result": "Served"}
        status = {"release": {"active": OLD}, "history": [later]}
        assert fold_status(make_facts(status=status, rejected=(rejected,)))["history"] == [later]

    def test_a_rejection_that_it_holds_no_more_does_not_come_back(self) -> None:
        releases = ["1", "2", "3", "4", "5", "6", "7"]
        assert self.told(releases) == [(release, "Served") for release in releases[-5:]]

    def test_a_rejected_release_that_serves_after_all_is_added(self) -> None:
        assert self.told(["1", "bad", "bad"])[-1] == ("bad", "Served")

    def test_it_holds_the_last_five(self) -> None:
        entries = [{"release": str(n), "at": "x", "result": "Served"} for n in range(5)]
        history = fold_status(make_facts(status={"history": entries}))["history"]
        assert [entry["release"] for entry in history] == ["1", "2", "3", "4", OLD]


def test_a_spec_that_cannot_be_read_keeps_what_was_said_of_the_pods() -> None:
    served = fold_status(make_facts())
    status = fold_invalid(make_body(status=served), "spec.profile: unknown.", NOW + timedelta(hours=1))
    assert conditions(status)["Ready"] == ("True", "Serving")
    assert conditions(status)["Degraded"] == ("True", "InvalidSpec")
    assert status["release"] == served["release"]
    assert status["state"] == "Degraded"


def test_the_log_has_the_status_in_a_line() -> None:
    assert build_headline(fold_status(make_facts())) == (
        f"Serving, active {OLD}, target {OLD}, 1 of 1 replicas are ready and serve release {OLD}."
    )
    outage = build_headline(fold_status(make_facts(lookup=OUTAGE, fault=OUTAGE)))
    assert outage == f"Degraded, active {OLD}, target {OLD}, The store does not answer."
