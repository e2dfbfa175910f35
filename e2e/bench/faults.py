"""The faults of a soak, one function each: what is done to a fleet, and how that must end."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bench.hands import swap_bytes
from bench.releases import Release
from bench.scene import Scene, Spoil
from bench.spoil import misread, raise_on_frames, slow_down, weigh_down

SWAP = 8
"""Seconds that a swap of light releases takes, about, its bake included."""


@dataclass(frozen=True)
class Ending:
    """What must serve in the end, and which releases must have been rejected, with their reasons."""

    serves: Release
    rejects: Mapping[str, str] = field(default_factory=dict)


def agent_killed(scene: Scene) -> Ending:
    """A pod's agent dies in the middle of a swap."""
    new = scene.begin_swap()
    scene.pause(SWAP)
    scene.strike()
    scene.hands.kill("agent")
    return Ending(new)


def triton_killed(scene: Scene) -> Ending:
    """A pod's Triton dies while it serves."""
    scene.kills.append(scene.hands.kill("triton"))
    return Ending(scene.serving)


def triton_killed_in_swap(scene: Scene) -> Ending:
    """A pod's Triton dies in the middle of a swap."""
    new = scene.begin_swap()
    scene.pause(SWAP)
    scene.strike()
    scene.kills.append(scene.hands.kill("triton"))
    return Ending(new)


def pod_deleted(scene: Scene) -> Ending:
    """A pod is deleted in the middle of a swap as drains do it: it hands over, so no request may fail."""
    new = scene.begin_swap()
    scene.pause(SWAP)
    scene.strike()
    scene.hands.delete_pod(gently=True)
    return Ending(new)


def pod_lost(scene: Scene) -> Ending:
    """A pod is gone at once in the middle of a swap."""
    new = scene.begin_swap()
    scene.pause(SWAP)
    scene.strike()
    scene.kills.append(scene.hands.delete_pod(gently=False))
    return Ending(new)


def operator_killed(scene: Scene) -> Ending:
    """The operator dies after it had the fleet prepare, before it has it commit."""
    new = scene.begin_swap(weigh_down)
    scene.strike()
    scene.hands.kill_operator()
    return Ending(new)


def store_gone(scene: Scene) -> Ending:
    """The store goes away while a release is prepared, and comes back."""
    new = scene.begin_swap(weigh_down)
    scene.strike()
    try:
        scene.hands.stop_store()
        time.sleep(5)
        scene.strike()
    finally:
        scene.hands.start_store()
    return Ending(new)


def two_promotes(scene: Scene) -> Ending:
    """Two releases are promoted within a second: the fleet ends on the one that the channel names in the end."""
    last = scene.promote_at_once(scene.publish(), scene.publish())
    scene.wait_for_target(last)
    return Ending(last)


def promote_in_bake(scene: Scene) -> Ending:
    """Another release is promoted while one bakes."""
    following = scene.publish()
    new = scene.begin_swap()
    scene.wait_for_step(new, "Bake")
    scene.promote(following)
    scene.strike()
    scene.wait_for_target(following)
    return Ending(following)


def rollback_in_prepare(scene: Scene) -> Ending:
    """The channel is rolled back while a release is prepared."""
    scene.begin_swap(weigh_down)
    scene.roll_back()
    scene.strike()
    scene.wait_for_target(scene.serving)
    return Ending(scene.serving)


def blob_corrupt(scene: Scene) -> Ending:
    """An object of a release has other bytes than its manifest says, until somebody repairs it."""
    new = scene.publish()
    key = scene.blob_of_reader(new)
    whole = swap_bytes(key)
    scene.promote(new)
    try:
        scene.wait_for_trouble(new, "BlobCorrupt")
    finally:
        swap_bytes(key, whole)
    return Ending(new)


def reads_wrongly(scene: Scene) -> Ending:
    """A release whose golden sample expects what it does not read."""
    return _reject(scene, misread)


def raises(scene: Scene) -> Ending:
    """A release whose pipeline raises on the first frame."""
    return _reject(scene, raise_on_frames)


def too_slow(scene: Scene) -> Ending:
    """A release whose reader takes many times as long."""
    return _reject(scene, slow_down)


def _reject(scene: Scene, spoil: Spoil) -> Ending:
    """Promote a bad release, have it rejected, and roll the channel back, which ends the trouble."""
    bad = scene.publish(spoil, bad=True)
    scene.promote(bad)
    try:
        scene.wait_for_trouble(bad, "GateFailed")
    finally:
        scene.roll_back()
    return Ending(scene.serving, {bad.name: "GateFailed"})


FAULTS: dict[str, Callable[[Scene], Ending]] = {
    "agent killed in a swap": agent_killed,
    "Triton killed": triton_killed,
    "Triton killed in a swap": triton_killed_in_swap,
    "pod deleted in a swap": pod_deleted,
    "pod lost in a swap": pod_lost,
    "operator killed in a prepare": operator_killed,
    "store gone in a prepare": store_gone,
    "two promotes": two_promotes,
    "promote in a bake": promote_in_bake,
    "rollback in a prepare": rollback_in_prepare,
    "blob corrupt": blob_corrupt,
    "reads wrongly": reads_wrongly,
    "raises on the first frame": raises,
    "too slow": too_slow,
}
