import base64

import pytest

from platerec_operator.api.names import Key
from platerec_operator.kube.memory import MemoryCluster
from platerec_operator.kube.port import ClusterError
from platerec_operator.runtime.access import read_access
from platerec_operator.tests.make import Object, make_recognizer
from platerec_store.objects.credentials import Keys
from platerec_store.objects.port import StoreError
from platerec_store.release.reasons import Reason

KEY = Key("cameras", "gate")
S3 = make_recognizer(models={"source": {"s3": {"ca": {"configMapName": "store-ca"}}}}).spec.models.source.s3


def make_secret(**data: str) -> Object:
    encoded = {name: base64.b64encode(value.encode()).decode() for name, value in data.items()}
    return {"kind": "Secret", "metadata": {"namespace": "cameras", "name": "store-reader"}, "data": encoded}


def make_map(**data: str) -> Object:
    return {"kind": "ConfigMap", "metadata": {"namespace": "cameras", "name": "store-ca"}, "data": data}


@pytest.fixture
def cluster() -> MemoryCluster:
    cluster = MemoryCluster()
    cluster.put(make_secret(AWS_ACCESS_KEY_ID="id\n", AWS_SECRET_ACCESS_KEY="key"))
    cluster.put(make_map(**{"ca.crt": "PEM"}))
    return cluster


async def test_keys_and_authority_are_read_from_where_the_spec_says(cluster: MemoryCluster) -> None:
    access = await read_access(cluster, KEY, S3)
    assert access.keys == Keys("id", "key")
    assert access.authority == "PEM"


async def test_without_credentials_the_sdk_looks_for_its_own(cluster: MemoryCluster) -> None:
    bare = S3.model_copy(update={"credentials": None, "ca": None})
    access = await read_access(cluster, KEY, bare)
    assert (access.keys, access.authority) == (None, None)


async def test_a_secret_that_is_not_there_is_named(cluster: MemoryCluster) -> None:
    cluster.delete("Secret", "cameras", "store-reader")
    with pytest.raises(StoreError, match=r"Secret cameras/store-reader .* does not exist") as error:
        await read_access(cluster, KEY, S3)
    assert error.value.reason is Reason.CREDENTIALS_MISSING


async def test_a_key_that_is_not_there_is_named(cluster: MemoryCluster) -> None:
    cluster.put(make_secret(AWS_ACCESS_KEY_ID="id"))
    with pytest.raises(StoreError, match="has no AWS_SECRET_ACCESS_KEY"):
        await read_access(cluster, KEY, S3)


async def test_an_authority_that_is_not_there_is_named(cluster: MemoryCluster) -> None:
    cluster.put(make_map(other="PEM"))
    with pytest.raises(StoreError, match=r"ConfigMap cameras/store-ca .* has no key ca.crt"):
        await read_access(cluster, KEY, S3)


async def test_an_api_server_that_is_away_is_no_fault_of_the_keys(cluster: MemoryCluster) -> None:
    cluster.broken = ClusterError("The API server does not answer.")
    with pytest.raises(StoreError) as error:
        await read_access(cluster, KEY, S3)
    assert error.value.reason is Reason.STORE_UNREACHABLE
