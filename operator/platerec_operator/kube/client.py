"""The real cluster, over the raw requests of the Kubernetes client: its typed models would take memory for nothing."""

import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from kubernetes.aio.client.api_client import ApiClient
from kubernetes.aio.client.configuration import Configuration
from kubernetes.aio.config.incluster_config import load_incluster_config
from kubernetes.aio.config.kube_config import load_kube_config

from platerec_operator.kube.errors import build_error, translated
from platerec_operator.kube.kinds import KINDS
from platerec_operator.kube.port import Body, NotFoundError, Object

_JSON = "application/json"
_APPLY = "application/apply-patch+yaml"
_JSON_PATCH = "application/json-patch+json"
_TIMEOUT = 20.0
"""Seconds that a request may take."""


@asynccontextmanager
async def open_client() -> AsyncIterator[ApiClient]:
    """A client with the pod's service account, or KUBECONFIG's user outside a cluster."""
    configuration = Configuration()
    if "KUBERNETES_SERVICE_HOST" in os.environ and "KUBECONFIG" not in os.environ:
        load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call] # has no types
    else:
        await load_kube_config(client_configuration=configuration)  # type: ignore[no-untyped-call] # has no types
    async with ApiClient(configuration) as client:
        yield client


class KubeCluster:
    """The port over a client."""

    def __init__(self, client: ApiClient) -> None:
        self._client = client

    async def get(self, kind: str, namespace: str, name: str) -> Object | None:
        """One GET."""
        try:
            return await self._request("GET", KINDS[kind].path(namespace, name), {})
        except NotFoundError:
            return None

    async def list(self, kind: str, namespace: str | None, selector: str = "") -> list[Object]:
        """One GET."""
        query = {"labelSelector": selector} if selector else {}
        found = await self._request("GET", KINDS[kind].path(namespace), query)
        # The items of a list carry no kind of their own.
        names = {"apiVersion": KINDS[kind].api_version, "kind": kind}
        return [names | item for item in found["items"]]

    async def create(self, body: Body, manager: str) -> Object:
        """One POST; fields that the API server does not know are refused."""
        path = KINDS[body["kind"]].path(body["metadata"]["namespace"])
        query = {"fieldManager": manager, "fieldValidation": "Strict"}
        return await self._request("POST", path, query, body)

    async def apply(self, body: Body, manager: str, subresource: str = "") -> Object:
        """One PATCH; fields of ours that others took are taken back."""
        meta = body["metadata"]
        path = KINDS[body["kind"]].path(meta["namespace"], meta["name"], subresource)
        query = {"fieldManager": manager, "force": "true", "fieldValidation": "Strict"}
        return await self._request("PATCH", path, query, body, _APPLY)

    async def patch(self, live: Body, operations: Sequence[Body], manager: str) -> Object:
        """One PATCH."""
        path = KINDS[live["kind"]].path(live["metadata"]["namespace"], live["metadata"]["name"])
        return await self._request("PATCH", path, {"fieldManager": manager}, list(operations), _JSON_PATCH)

    async def _request(
        self, method: str, path: str, query: Mapping[str, str], body: Any = None, content: str = _JSON
    ) -> Object:
        """Send, and read the answer; a ClusterError for anything but success."""
        with translated(f"{method} {path}"):
            request = await self._client.param_serialize(
                method,
                path,
                query_params=list(query.items()),
                header_params={"Accept": _JSON, "Content-Type": content},
                body=body,
                auth_settings=["BearerToken"],
            )
            response = await self._client.call_api(*request, _request_timeout=_TIMEOUT)
            answer: bytes = await response.read()  # type: ignore[no-untyped-call] # has no types
        if not 200 <= response.status < 300:
            raise build_error(f"{method} {path}", response.status, answer.decode(errors="replace"))
        found: Object = json.loads(answer)
        return found
