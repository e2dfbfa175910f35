"""Where the API server keeps which kind: fixed paths, so that nothing has to be discovered."""

from dataclasses import dataclass

from platerec_operator.api.names import API_VERSION, KIND, PLURAL


@dataclass(frozen=True)
class Resource:
    """A kind's API version and plural."""

    api_version: str
    plural: str

    def path(self, namespace: str | None, name: str = "", subresource: str = "") -> str:
        """The URL path of an object, or of a collection."""
        root = "/apis" if "/" in self.api_version else "/api"
        parts = [root, self.api_version]
        parts += ["namespaces", namespace] if namespace else []
        return "/".join([*parts, self.plural, *(part for part in (name, subresource) if part)])


KINDS = {
    KIND: Resource(API_VERSION, PLURAL),
    "ConfigMap": Resource("v1", "configmaps"),
    "Deployment": Resource("apps/v1", "deployments"),
    "Event": Resource("v1", "events"),
    "Lease": Resource("coordination.k8s.io/v1", "leases"),
    "Pod": Resource("v1", "pods"),
    "PodDisruptionBudget": Resource("policy/v1", "poddisruptionbudgets"),
    "Secret": Resource("v1", "secrets"),
    "Service": Resource("v1", "services"),
    "ServiceAccount": Resource("v1", "serviceaccounts"),
}

CHILDREN = ("ServiceAccount", "Secret", "ConfigMap", "Service", "PodDisruptionBudget", "Deployment")
"""The kinds of a recognizer's children."""
