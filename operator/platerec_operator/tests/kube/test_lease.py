import asyncio
from datetime import UTC, datetime
from time import monotonic

import pytest

from platerec_operator.kube import lease
from platerec_operator.kube.lease import DURATION, Election, LeadershipLostError
from platerec_operator.kube.memory import MemoryCluster
from platerec_operator.kube.port import ClusterError

LEASE = "north"


class Time:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> float:
        return self.seconds


@pytest.fixture
def cluster() -> MemoryCluster:
    return MemoryCluster()


@pytest.fixture
def time() -> Time:
    return Time()


def make_election(cluster: MemoryCluster, time: Time, identity: str, name: str = LEASE) -> Election:
    return Election(cluster, "system", name, identity, lambda: datetime(2026, 11, 23, tzinfo=UTC), time.now)


def holder(cluster: MemoryCluster) -> str:
    name: str = cluster.objects["Lease", "system", LEASE]["spec"]["holderIdentity"]
    return name


async def test_one_of_two_leads(cluster: MemoryCluster, time: Time) -> None:
    first, second = (make_election(cluster, time, name) for name in ("first", "second"))
    assert await first.hold()
    assert not await second.hold()
    assert await first.hold()
    assert holder(cluster) == "first"


async def test_operators_with_leases_of_their_own_lead_both(cluster: MemoryCluster, time: Time) -> None:
    north, south = make_election(cluster, time, "first"), make_election(cluster, time, "second", "south")
    assert await north.hold()
    assert await south.hold()


async def test_a_lease_that_nobody_renews_is_taken_over(cluster: MemoryCluster, time: Time) -> None:
    first, second = (make_election(cluster, time, name) for name in ("first", "second"))
    await first.hold()
    assert not await second.hold()
    time.seconds += DURATION + 1
    assert await second.hold()
    assert not await first.hold()
    assert cluster.objects["Lease", "system", LEASE]["spec"]["leaseTransitions"] == 2


async def test_a_renewal_starts_the_duration_anew(cluster: MemoryCluster, time: Time) -> None:
    first, second = (make_election(cluster, time, name) for name in ("first", "second"))
    await first.hold()
    await second.hold()
    time.seconds += DURATION - 1
    await first.hold()
    await second.hold()
    time.seconds += DURATION - 1
    assert not await second.hold()


async def test_work_that_ends_gives_the_lease_back(cluster: MemoryCluster, time: Time) -> None:
    first, second = (make_election(cluster, time, name) for name in ("first", "second"))
    done = []

    async def work() -> None:
        done.append(holder(cluster))

    await first.lead(work)
    assert done == ["first"]
    assert await second.hold(), "a standby need not wait"


async def test_work_that_fails_gives_the_lease_back_too(cluster: MemoryCluster, time: Time) -> None:
    async def work() -> None:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        await make_election(cluster, time, "first").lead(work)
    assert holder(cluster) == ""


async def test_work_is_stopped_when_the_lease_cannot_be_renewed(
    cluster: MemoryCluster, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RETRY", 0.001)
    stopped = asyncio.Event()

    async def work() -> None:
        cluster.broken = ClusterError("The API server is away.")
        try:
            while True:
                time.seconds += 1
                await asyncio.sleep(0)
        finally:
            stopped.set()

    with pytest.raises(LeadershipLostError):
        await make_election(cluster, time, "first").lead(work)
    await asyncio.wait_for(stopped.wait(), 5)


async def test_work_is_stopped_when_the_api_server_hangs(
    cluster: MemoryCluster, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request may take longer than the lease lasts, and then another operator leads already."""
    monkeypatch.setattr(lease, "RETRY", 0.001)
    monkeypatch.setattr(lease, "DEADLINE", 0.05)

    async def hang(*_: object) -> None:
        await asyncio.Event().wait()

    async def work() -> None:
        monkeypatch.setattr(cluster, "get", hang)
        await asyncio.Event().wait()

    election = Election(cluster, "system", LEASE, "first", lambda: datetime(2026, 11, 23, tzinfo=UTC), monotonic)
    with pytest.raises(LeadershipLostError):
        async with asyncio.timeout(5):
            await election.lead(work)
