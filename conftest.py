"""What every test package shares: where the reference data is, and what a test may need of the machine."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
REFERENCE = Path(os.environ.get("PLATEREC_REFERENCE_DATA") or ROOT.parent / "shared" / "data")

# marker -> (is it there?, what to say when it is not)
NEEDS = {
    "reference": (
        REFERENCE.is_dir(),
        "compares with the public reference weights, whose folder PLATEREC_REFERENCE_DATA must name",
    ),
    "triton": ("TRITON_CPU_IMAGE" in os.environ, "no Triton image (TRITON_CPU_IMAGE; make images)"),
    "cluster": ("KUBECONFIG" in os.environ, "no cluster (KUBECONFIG; make cluster)"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files from what is rendered now")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what the machine cannot run, except under `make test`, which provides all but the reference data."""
    provided = os.environ.get("PLATEREC_TEST_ALL") == "1"
    for item in items:
        for marker, (present, reason) in NEEDS.items():
            if item.get_closest_marker(marker) and not present and (marker == "reference" or not provided):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder with lprnet.pth, stn.pth, car.jpg, cat.jpeg and yard.ts."""
    return REFERENCE


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))
