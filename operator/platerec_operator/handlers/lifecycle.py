"""From settings to a running operator: stand by, lead, watch, work, and end together."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import kopf

from platerec_operator.agents.client import open_agents
from platerec_operator.api.names import KIND, Key
from platerec_operator.api.recognizer import S3Spec
from platerec_operator.handlers.children import select_children, watch_children
from platerec_operator.handlers.recognizer import watch_recognizers
from platerec_operator.kube.client import KubeCluster, open_client
from platerec_operator.kube.lease import Election
from platerec_operator.kube.port import Cluster, ClusterError
from platerec_operator.runtime.access import read_access
from platerec_operator.runtime.clock import read_clock, read_monotonic
from platerec_operator.runtime.health import Heartbeat, serve_health
from platerec_operator.runtime.loop import Loop
from platerec_operator.runtime.metrics import LEADER
from platerec_operator.runtime.poller import Poller
from platerec_operator.runtime.queue import KeyQueue
from platerec_operator.runtime.reconcile import Reconciler
from platerec_operator.runtime.settings import Settings
from platerec_operator.stores.reader import Access

log = logging.getLogger(__name__)


class WatchEndedError(Exception):
    """The operator sees no events any more: this process must start again."""


async def run(settings: Settings) -> None:
    """Serve health, wait for the lease, and lead until a signal comes."""
    heartbeat = Heartbeat()
    main = asyncio.current_task()
    if main is not None:  # a signal ends a standby; kopf takes signals over when it starts
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, main.cancel)
    async with serve_health(heartbeat, settings.health_port), open_client() as client:
        cluster = KubeCluster(client)

        async def work() -> None:
            LEADER.set(1)
            log.info("This operator leads.")
            await _work(settings, cluster, heartbeat)

        place = (settings.lease_namespace, settings.lease_name)
        election = Election(cluster, *place, settings.identity, read_clock, read_monotonic)
        await election.lead(work)


async def _work(settings: Settings, cluster: Cluster, heartbeat: Heartbeat) -> None:
    """The leader's part: kopf's watches, the poller and the workers; when one of them ends, all do."""
    await _until_served(cluster, settings.watched)
    queue: KeyQueue[Key] = KeyQueue()

    async def access(key: Key, s3: S3Spec) -> Access:
        return await read_access(cluster, key, s3)

    async with open_agents() as agents:
        poller = Poller(access, queue.add)
        reconciler = Reconciler(cluster, agents, poller, settings.images)
        loop = Loop(reconciler.reconcile, heartbeat, queue)
        await _together(
            loop.run(),
            poller.run(),
            loop.resync(cluster, settings.watched),
            watch_all(queue, settings.watched),
        )


async def _until_served(cluster: Cluster, namespaces: Sequence[str]) -> None:
    """Wait for the CRD and for the right to read it: kopf would pass over a kind that is not there."""
    while True:
        try:
            await cluster.list(KIND, namespaces[0] if namespaces else None)
        except ClusterError as error:
            log.warning("Waiting for %s objects: %s", KIND, error)
            await asyncio.sleep(5)
        else:
            return


def build_registry(enqueue: Callable[[Key], None]) -> kopf.OperatorRegistry:
    """All that kopf is asked to do: nothing but watches, so it writes no annotations and no finalizers."""
    registry = kopf.OperatorRegistry()
    kopf.on.login(registry=registry)(_login)
    watch_recognizers(registry, enqueue)
    watch_children(registry, enqueue)
    return registry


def build_settings() -> kopf.OperatorSettings:
    """kopf posts no events of its own, and kinds and namespaces are known: no right to watch them is needed."""
    settings = kopf.OperatorSettings()
    settings.posting.enabled = False
    settings.scanning.disabled = True
    select_children(settings)
    return settings


async def watch_all(queue: KeyQueue[Key], namespaces: Sequence[str]) -> None:
    """kopf, without its peering. WatchEndedError when the API server ends a watch for good: no right, no such kind."""
    try:
        await kopf.operator(
            registry=build_registry(queue.add),
            settings=build_settings(),
            standalone=True,
            clusterwide=not namespaces,
            namespaces=namespaces,
        )
    except Exception as error:
        message = f"A watch ended, so this operator starts again: {' '.join(str(error).split())}."
        raise WatchEndedError(message) from error


def _login(**kwargs: Any) -> Any:
    return kopf.login_with_service_account(**kwargs) or kopf.login_with_kubeconfig(**kwargs)


async def _together(*parts: Coroutine[Any, Any, None]) -> None:
    """Run all until one ends; its failure is everybody's."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
