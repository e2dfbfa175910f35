"""Namespaces to put recognizers into."""

from harness.kubectl import Namespace, apply_cluster_wide
from harness.store import STORE_NAMESPACE


def make_namespace(name: str) -> Namespace:
    """A namespace under Pod Security `restricted`, with the reader's keys of the store in it."""
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    apply_cluster_wide({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
    namespace = Namespace(name)
    reader = Namespace(STORE_NAMESPACE).get("secret", "store-reader")["data"]
    namespace.apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "store-reader"}, "data": reader})
    return namespace
