"""The cluster that `make test` made, with the store and the operator in it, and a namespace for each test module."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from harness.kubectl import Namespace, run
from harness.namespaces import make_namespace
from harness.recognition import picture
from harness.store import STORE_NAMESPACE, Store, secret_text
from harness.street import STREET, expected_texts


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")
            item.add_marker("cluster")


@pytest.fixture(scope="session")
def store() -> Iterator[Store]:
    namespace = Namespace(STORE_NAMESPACE)
    keys = secret_text(namespace.get("secret", "store-writer"))
    with namespace.forward("service/store", 8333) as (address,):
        yield Store(f"http://{address}", keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"])


@pytest.fixture(scope="session")
def street() -> np.ndarray:
    """A frame with plates."""
    return picture(STREET)


@pytest.fixture(scope="session")
def expected() -> set[str]:
    """The texts that must be read in it."""
    return expected_texts()


@pytest.fixture(scope="module")
def namespace(request: pytest.FixtureRequest) -> Iterator[Namespace]:
    """A namespace under Pod Security `restricted`, with the reader's keys of the store in it."""
    name = "e2e-" + request.module.__name__.rpartition(".")[2].removeprefix("test_").replace("_", "-")
    namespace = make_namespace(name)
    yield namespace
    if not os.environ.get("KEEP_NAMESPACES"):
        run("kubectl", "delete", "namespace", name, "--wait=false")
