"""A cluster, agents and a store in memory, and the operator among them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from platerec_operator.agents.memory import MemoryAgents
from platerec_operator.api.lookup import Found, Lookup
from platerec_operator.api.names import KIND, Key
from platerec_operator.kube.memory import MemoryCluster
from platerec_operator.runtime.poller import Interest
from platerec_operator.runtime.reconcile import Reconciler
from platerec_operator.tests.make import DIGEST, IMAGES, Object, make_body, make_pod
from platerec_store.release.decision import Decision
from platerec_store.release.report import Report

KEY = Key("cameras", "gate")
OLD, NEW = "2026.11.3", "2026.11.4"
ADDRESS = "10.0.0.7"
NEWER = Found(NEW, "sha256:" + "2" * 64)


@dataclass
class Answers:
    """A poller that knows the answer already."""

    answer: Lookup = field(default_factory=lambda: Found(OLD, DIGEST))
    forgotten: list[Key] = field(default_factory=list)

    def latest(self, key: Key, interest: Interest) -> Lookup:
        assert key == KEY
        assert interest.seconds == 30
        return self.answer

    def forget(self, key: Key) -> None:
        self.forgotten.append(key)


class World:
    """A recognizer in a cluster, and the operator."""

    def __init__(self) -> None:
        self.cluster = MemoryCluster()
        self.agents = MemoryAgents()
        self.store = Answers()
        self.cluster.put(make_body())
        self.reconciler = self.start()

    def start(self) -> Reconciler:
        """An operator that has just begun."""
        return Reconciler(
            self.cluster,
            self.agents,
            self.store,
            IMAGES,
            now=lambda: datetime(2026, 11, 23, tzinfo=UTC),
            token=lambda: "new-token",
        )

    async def reconcile(self) -> float | None:
        return await self.reconciler.reconcile(KEY)

    def get(self, kind: str, name: str) -> Object:
        return self.cluster.objects[kind, "cameras", name]

    def edit(self, **spec: Any) -> None:
        self.cluster.edit(KIND, "cameras", "gate", {"spec": spec})

    @property
    def status(self) -> Object:
        found: Object = self.get(KIND, "gate")["status"]
        return found

    @property
    def events(self) -> list[str]:
        bodies = [body for (kind, _, _), body in self.cluster.objects.items() if kind == "Event"]
        return [f"{body['reason']}: {body['message']}" for body in bodies]

    @property
    def decision(self) -> Decision:
        return Decision.parse(self.get("ConfigMap", "gate-release")["data"]["decision.json"], "the decision")

    def serve(self, release: str, number: int = 1, **report: Any) -> None:
        """A pod that serves a release, under a Deployment that is rolled out."""
        address = f"10.0.0.{6 + number}"
        self.cluster.put(make_pod(f"gate-{number}", status={"podIP": address}))
        serving = NEWER.manifest if release == NEW else DIGEST
        known = {"target": release, "revision": self.decision.revision, "serving": serving}
        self.agents.reports[address] = Report(active=release, **{**known, **report})
        deployment = self.get("Deployment", "gate")
        replicas = deployment["spec"]["replicas"]
        generation = deployment["metadata"]["generation"]
        rolled_out = {"observedGeneration": generation, "updatedReplicas": replicas, "replicas": replicas}
        self.cluster.edit("Deployment", "cameras", "gate", {"status": rolled_out})
