"""The Lease by which one operator of several leads.

The election of the client (kubernetes 37.0.1, `aio.leaderelection`) cannot create a Lease, so this is our own.
As there, clocks are not compared: a lease is over when its holder has not renewed it for its whole duration,
measured by who wants it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from platerec_operator.api.names import MANAGER
from platerec_operator.kube.port import Cluster, ClusterError, Object

DURATION, DEADLINE, RETRY = 15.0, 10.0, 3.0
"""Seconds: how long a lease lasts, when its holder gives up renewing it, and between two attempts."""


class LeadershipLostError(Exception):
    """Another operator may lead now: this process must end at once, and start again as a standby."""


@dataclass
class Election:
    """One operator's part in it: operators that want the same Lease wait for each other.

    `now` is what people read in the Lease, `seconds` what time is measured by.
    """

    cluster: Cluster
    namespace: str
    name: str
    identity: str
    now: Callable[[], datetime]
    seconds: Callable[[], float]
    _seen: tuple[str, float] = ("", 0.0)

    async def lead(self, work: Callable[[], Awaitable[None]]) -> None:
        """Wait for the lease, then work while it is held; give it back when the work ends, also by an error.

        LeadershipLostError when it could not be renewed while the work went on.
        """
        while not await self.hold():
            await asyncio.sleep(RETRY)
        working = asyncio.ensure_future(work())
        try:
            await self._renew_until(working)
        finally:
            if working.done():
                await self.give_back()
            working.cancel()

    async def hold(self) -> bool:
        """Take or renew the lease, if it is ours or nobody's."""
        try:
            lease = await self.cluster.get("Lease", self.namespace, self.name)
            if lease is None:
                await self.cluster.create(self._new(), MANAGER)
            elif self._is_free(lease):
                await self._replace(lease, self._terms(lease))
            else:
                return False
        except ClusterError:
            return False  # somebody was quicker, or the API server is away
        return True

    async def give_back(self) -> None:
        """Let a standby take over at once; when this fails, it waits until the lease is over."""
        try:
            lease = await self.cluster.get("Lease", self.namespace, self.name)
            if lease and lease["spec"].get("holderIdentity") == self.identity:
                await self._replace(lease, {**lease["spec"], "holderIdentity": ""})
        except ClusterError:
            return

    async def _renew_until(self, working: "asyncio.Future[None]") -> None:
        renewed = self.seconds()
        while True:
            await asyncio.wait({working}, timeout=RETRY)
            if working.done():
                return working.result()
            left = DEADLINE - (self.seconds() - renewed)
            if await self._holds_within(left):
                renewed = self.seconds()
            elif self.seconds() - renewed >= DEADLINE:
                raise LeadershipLostError("The lease could not be renewed: another operator may lead now.")

    async def _holds_within(self, seconds: float) -> bool:
        """An API server that hangs must not keep this operator at work when its lease is over."""
        try:
            async with asyncio.timeout(seconds):
                return await self.hold()
        except TimeoutError:
            return False

    def _is_free(self, lease: Object) -> bool:
        version = lease["metadata"]["resourceVersion"]
        if version != self._seen[0]:
            self._seen = (version, self.seconds())
        over = self.seconds() - self._seen[1] > DURATION
        return over or lease["spec"].get("holderIdentity", "") in ("", self.identity)

    def _terms(self, lease: Object) -> dict[str, Any]:
        """The spec under which this operator holds the lease."""
        before = lease.get("spec", {})
        moment = self.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        kept = before.get("holderIdentity") == self.identity
        return {
            "holderIdentity": self.identity,
            "leaseDurationSeconds": int(DURATION),
            "acquireTime": before["acquireTime"] if kept else moment,
            "renewTime": moment,
            "leaseTransitions": before.get("leaseTransitions", 0) + (0 if kept else 1),
        }

    def _new(self) -> Object:
        return {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": self.name, "namespace": self.namespace},
            "spec": self._terms({}),
        }

    async def _replace(self, lease: Object, spec: dict[str, Any]) -> None:
        """Change the spec, if nobody was quicker."""
        version = {"op": "test", "path": "/metadata/resourceVersion", "value": lease["metadata"]["resourceVersion"]}
        await self.cluster.patch(lease, (version, {"op": "replace", "path": "/spec", "value": spec}), MANAGER)
