"""All reads of one reconcile."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from platerec_operator.api.names import KIND, Key
from platerec_operator.kube.kinds import CHILDREN
from platerec_operator.kube.port import Cluster, Object
from platerec_operator.plan.chain import ChildName
from platerec_operator.render.names import agent_secret, release_map


@dataclass(frozen=True)
class Observed:
    """What is there under the names of a recognizer's children, whoever made it, and its pods."""

    owner: str
    children: Mapping[ChildName, Object | None]
    pods: tuple[Object, ...]

    def child(self, kind: str, name: str) -> Object:
        """A child's body; empty when there is none that is the recognizer's own."""
        body = self.children.get((kind, name)) or {}
        owners = body.get("metadata", {}).get("ownerReferences", ())
        return body if any(owner["uid"] == self.owner for owner in owners) else {}


async def gather_recognizer(cluster: Cluster, key: Key) -> Object | None:
    """The recognizer itself."""
    return await cluster.get(KIND, key.namespace, key.name)


async def gather_observed(cluster: Cluster, key: Key, uid: str) -> Observed:
    """Children by their names, and pods by their label."""
    names = [(kind, _name_of(kind, key.name)) for kind in CHILDREN]
    reads = asyncio.gather(*(cluster.get(kind, key.namespace, name) for kind, name in names))
    children, pods = await asyncio.gather(reads, cluster.list("Pod", key.namespace, key.selector))
    return Observed(owner=uid, children=dict(zip(names, children, strict=True)), pods=tuple(pods))


def _name_of(kind: str, name: str) -> str:
    return {"ConfigMap": release_map, "Secret": agent_secret}.get(kind, str)(name)
