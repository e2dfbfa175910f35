"""What the faults of a soak are played with: a fleet on a release, new releases, and hands."""

import hashlib
import json
import random
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.fleet import Fleet, is_settled, open_store
from bench.hands import Hands
from bench.judge import Span
from bench.releases import PROFILE, Release, make_light_release
from bench.spoil import leave
from harness.store import BUCKET, MODELS, Store

Spoil = Callable[[Release, int], None]
PATIENCE = 300
"""Seconds: a container that was killed again and again is started late, an operator's lease must expire."""


class Scene:
    """`serving` is what the fleet serves between two faults; `good` and `bad` are all releases by name."""

    def __init__(self, fleet: Fleet, hands: Hands, prefix: str, scratch: Path, chance: random.Random) -> None:
        self.fleet = fleet
        self.hands = hands
        self.chance = chance
        self.good: dict[str, Release] = {}
        self.bad: dict[str, Release] = {}
        self.kills: list[Span] = []
        self.notes: list[str] = []
        self._prefix = prefix
        self._scratch = scratch
        self.serving = self.publish()

    def publish(self, spoil: Spoil = leave, bad: bool = False) -> Release:
        """A release that nobody has seen yet, in the store; no model of it is on any pod."""
        version = len(self.good) + len(self.bad) + 1
        models = self._scratch / f"soak-{version}"
        release = make_light_release(MODELS, models, version)
        (self.bad if bad else self.good)[release.name] = release
        spoil(release, version)
        with open_store() as store:
            store.publish(self._prefix, release.name, self._scratch / "built", models)
        shutil.rmtree(self._scratch / "built")
        return release

    def promote(self, release: Release) -> None:
        """Point the channel to a release."""
        with open_store() as store:
            store.promote(self._prefix, release.name)

    def promote_at_once(self, *releases: Release) -> Release:
        """Have several commands promote a release each, with hardly a pause between them; the one that came last."""

        def promote(store: Store, release: Release) -> float:
            store.promote(self._prefix, release.name)
            return time.time()

        with open_store() as store:
            commands = []
            with ThreadPoolExecutor(len(releases)) as pool:
                for release in releases:
                    commands.append(pool.submit(promote, store, release))
                    time.sleep(0.4)
            times = [command.result() for command in commands]
            named = store.s3.get_object(Bucket=BUCKET, Key=f"{self._prefix}/channels/stable.json")["Body"].read()
        self.notes.append(f"promoted within {max(times) - min(times):.1f} s")
        return self.good[json.loads(named)["release"]]

    def roll_back(self) -> None:
        """Point the channel to what it named before."""
        with open_store() as store:
            store.platerec(self._prefix, "rollback", "stable")

    def begin_swap(self, spoil: Spoil = leave) -> Release:
        """Promote a new good release, and wait until the fleet is told to move to it."""
        release = self.publish(spoil)
        self.promote(release)
        self.wait_for_target(release)
        return release

    def wait_for_target(self, release: Release) -> None:
        self.fleet.wait(f"{release.name} is the target", lambda status: _release(status).get("target") == release.name)

    def wait_for_step(self, release: Release, *steps: str) -> None:
        """Wait until the fleet is in one of the steps on its way to a release."""

        def is_there(status: dict[str, Any]) -> bool:
            found = _release(status)
            return found.get("target") == release.name and found.get("step") in steps

        self.fleet.wait(f"{release.name} is in step {' or '.join(steps)}", is_there)

    def pause(self, most: float) -> None:
        """Let some of a swap go by, so that faults strike in all of its steps."""
        time.sleep(self.chance.uniform(0, most))

    def strike(self) -> None:
        """Note in which step a fault strikes."""
        found = _release(self.fleet.status)
        self.notes.append(f"struck in step {found.get('step', 'none')} of {found.get('target')}")

    def wait_for_trouble(self, release: Release, reason: str, timeout: float = 180) -> None:
        """Wait until the status says that something is wrong with a release, and which."""

        def is_told(status: dict[str, Any]) -> bool:
            found = condition_of(status, "Degraded")
            return (found.get("status"), found.get("reason")) == ("True", reason)

        self.fleet.wait(f"Degraded says {reason} of {release.name}", is_told, timeout)
        self.notes.append(str(condition_of(self.fleet.status, "Degraded").get("message", "")))

    def wait_for_rest(self, release: Release, timeout: float = PATIENCE) -> None:
        """Wait until all pods serve a release, with nothing under way and nothing wrong."""
        what = f"the fleet is at rest on {release.name} with nothing wrong"
        self.fleet.wait(what, lambda status: is_at_rest(status, release.name), timeout, quiet=1)

    def blob_of_reader(self, release: Release) -> str:
        """The key of an object that no other release has."""
        (mark,) = (release.models / PROFILE / "plate_reader").glob("*/mark.json")
        return f"{self._prefix}/blobs/sha256/{hashlib.sha256(mark.read_bytes()).hexdigest()}"


def is_at_rest(status: dict[str, Any], release: str) -> bool:
    """Whether the status says that all pods serve a release, nothing is under way, and nothing is wrong."""
    rests = condition_of(status, "Progressing").get("reason") == "Settled"
    sound = condition_of(status, "Degraded").get("status") == "False"
    return rests and sound and is_settled(_release(status), release)


def condition_of(status: dict[str, Any], kind: str) -> dict[str, Any]:
    """A condition of a status; empty when it is not there."""
    return next((each for each in status.get("conditions", ()) if each["type"] == kind), {})


def _release(status: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = status.get("release", {})
    return found
