"""How the operator is let into a recognizer's store: the Secret and ConfigMap that its spec names."""

import base64

from platerec_operator.api.names import Key
from platerec_operator.api.recognizer import AuthorityReference, S3Spec
from platerec_operator.kube.port import Cluster, ClusterError, RefusedError
from platerec_operator.stores.reader import Access
from platerec_store.objects.credentials import Keys
from platerec_store.objects.port import StoreError
from platerec_store.release.reasons import Reason


async def read_access(cluster: Cluster, key: Key, s3: S3Spec) -> Access:
    """Keys and certificate authority, read anew each time so that rotation works; StoreError names what is missing."""
    try:
        keys = await _read_keys(cluster, key, s3.credentials.secret_name) if s3.credentials else None
        authority = await _read_authority(cluster, key, s3.ca) if s3.ca else None
    except RefusedError as error:
        raise StoreError(Reason.CREDENTIALS_MISSING, str(error)) from error
    except ClusterError as error:
        raise StoreError(Reason.STORE_UNREACHABLE, str(error)) from error
    return Access(keys, authority)


async def _read_keys(cluster: Cluster, key: Key, name: str) -> Keys:
    secret = await cluster.get("Secret", key.namespace, name)
    where = f"Secret {key.namespace}/{name} (spec.models.source.s3.credentials)"
    if secret is None:
        raise StoreError(Reason.CREDENTIALS_MISSING, f"{where} does not exist: create it.")
    values = {field: _decode(value) for field, value in (secret.get("data") or {}).items()}
    for field in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        if not values.get(field):
            raise StoreError(Reason.CREDENTIALS_MISSING, f"{where} has no {field}: add it.")
    token = values.get("AWS_SESSION_TOKEN") or None
    return Keys(values["AWS_ACCESS_KEY_ID"], values["AWS_SECRET_ACCESS_KEY"], token)


async def _read_authority(cluster: Cluster, key: Key, ca: AuthorityReference) -> str:
    found = await cluster.get("ConfigMap", key.namespace, ca.config_map_name)
    text: str = ((found or {}).get("data") or {}).get(ca.key, "")
    if not text:
        where = f"ConfigMap {key.namespace}/{ca.config_map_name} (spec.models.source.s3.ca)"
        missing = "does not exist: create it" if found is None else f"has no key {ca.key}: add it"
        raise StoreError(Reason.CREDENTIALS_MISSING, f"{where} {missing}.")
    return text


def _decode(value: str) -> str:
    return base64.b64decode(value).decode(errors="replace").strip()
