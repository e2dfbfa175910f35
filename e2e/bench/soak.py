"""`python -m bench.soak`: one fault after the other while clients ask without a pause, and what came of each.

Writes build/soak.json, and to build/soak/ what explains a fault that ended wrongly. The last line is JSON. Ends with 1
when a request failed that no killed Triton explains, when an answer was of two releases or of one that must be
rejected, or when a fault did not end as it must.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.faults import FAULTS
from bench.fleet import NAME, Fleet, build_recognizer
from bench.hands import Hands
from bench.loader import LoadPod
from bench.records import Request
from bench.releases import light_frame
from bench.scene import Scene
from bench.soak_judge import Chapter, Played, build_line, judge_soak
from bench.stage import HOURS
from harness.kubectl import Namespace, run
from harness.namespaces import make_namespace
from harness.street import ROOT

OUT = ROOT / "build"
REPLICAS = 3
BAKE_SECONDS = 8
"""Long enough for another promotion to come in between."""
MAX_LATENCY_RATIO = 10.0
"""An answer of the light networks takes 3 ms, and five times that while a pod starts on a small machine."""
CALM = 5.0
"""Seconds of load alone after each fault, whose failures are still the fault's."""


class Soak:
    """A fleet under load, to which one fault after the other happens."""

    def __init__(self, namespace: Namespace, scratch: Path, seed: int) -> None:
        prefix = f"soak-{int(time.time())}"
        # How often chance is asked about pods and pauses must not change the order of the faults.
        self._order, chance = random.Random(seed), random.Random(seed + 1)
        self._fleet = Fleet(namespace, prefix, build_recognizer(prefix, REPLICAS, BAKE_SECONDS, MAX_LATENCY_RATIO))
        self._load = LoadPod(namespace, NAME)
        self._hands = Hands(namespace, prefix, chance)
        self.scene = Scene(self._fleet, self._hands, prefix, scratch, chance)
        self.played: list[Played] = []

    def play(self, seconds: float, rate: float, only: list[str]) -> list[Request]:
        """Faults until the time is over or the fleet cannot be brought to rest any more; all requests meanwhile."""
        say(f"{REPLICAS} pods on {self.scene.serving.name}")
        self._fleet.serve(self.scene.serving)
        self._load.create({"frame.png": light_frame()})
        with self._fleet:
            self.scene.wait_for_rest(self.scene.serving)
            self._load.start(self._load.plan(HOURS, rate=rate))
            time.sleep(CALM)
            end = time.time() + seconds
            for fault in shuffle_for_ever(only or list(FAULTS), self._order):
                if time.time() >= end or not self._recovers():
                    break
                self._suffer(fault)
            say(f"{len(self.played)} faults are over, the last answers are fetched")
            return self._load.finish()

    def _suffer(self, fault: str) -> None:
        """Play one fault, and note how it ended."""
        scene, began, failed = self.scene, time.time(), self._load.failed()
        scene.kills, scene.notes = [], []
        before = self._fleet.status.get("history", [])
        serves, rejects, trouble = scene.serving, dict[str, str](), ""
        try:
            ending = FAULTS[fault](scene)
            serves, rejects = ending.serves, dict(ending.rejects)
            scene.wait_for_rest(serves)
        except Exception as error:  # whatever it was, it is told, and the next fault has its turn
            trouble = f"{type(error).__name__}: {error}"
        status, settled = self._fleet.status, time.time()
        time.sleep(CALM)
        told = [entry for entry in status.get("history", []) if entry not in before]
        active = status.get("release", {}).get("active", "")
        kills, notes = tuple(scene.kills), tuple(scene.notes)
        must = serves.name
        self.played.append(Played(fault, began, settled, must, active, rejects, told, kills, notes, trouble))
        if not trouble:
            scene.serving = serves
        self._tell(self.played[-1], self._load.failed() - failed)

    def _recovers(self) -> bool:
        """After a fault that came to no end: whether a good release brings the fleet to rest."""
        if not self.played or not self.played[-1].trouble:
            return True
        try:
            release = self.scene.begin_swap()
            self.scene.wait_for_rest(release)
        except Exception as error:
            say(f"the fleet does not recover, no more faults: {error}")
            return False
        self.scene.serving = release
        return True

    def _tell(self, played: Played, failed: int) -> None:
        number, took = len(self.played), played.settled - played.began
        line = f"{number} {played.fault}: {played.active} after {took:.0f} s, {failed} failed"
        say("; ".join([line, *played.notes]))
        if played.trouble or (failed and not played.kills):
            path = OUT / "soak" / f"{number:03d}-{played.fault.replace(' ', '-')}.txt"
            self._hands.describe(path)
            say(f"{played.trouble or 'requests failed'}; {path} tells more")


def shuffle_for_ever(faults: list[str], chance: random.Random) -> Iterator[str]:
    """All faults in an order of chance, again and again."""
    while True:
        yield from chance.sample(faults, len(faults))


def say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} soak: {what}", flush=True)


def build_report(soak: Soak, chapters: list[Chapter], seed: int) -> dict[str, Any]:
    """All that build/soak.json says."""
    names = [each.fault for each in chapters]
    return {
        "figures": build_line(chapters),
        "seed": seed,
        "cores": os.cpu_count(),
        "times_played": {fault: names.count(fault) for fault in FAULTS},
        "chapters": [asdict(each) for each in chapters],
        "played": [asdict(each) for each in soak.played],
    }


def conclude(soak: Soak, requests: list[Request], seed: int) -> int:
    """Judge, write, and print what went wrong and the line."""
    answers = {(name, 0): each.answer for name, each in soak.scene.good.items() if each.answer}
    chapters = judge_soak(requests, soak.played, answers, soak.scene.bad)
    (OUT / "soak.json").write_text(json.dumps(build_report(soak, chapters, seed), indent=2) + "\n")
    for number, each in enumerate(chapters):
        for sentence in [*each.wrong, *each.mixed[:3]]:
            say(f"wrong: {number} {each.fault}: {sentence}")
        if each.failed:
            kind = f"{each.failed_unexplained} of {each.failed} failures are not explained by a killed Triton"
            say(f"failed: {number} {each.fault}: {kind}, the last after {each.last_failed_s} s: {dict(each.errors)}")
    line = build_line(chapters)
    print(json.dumps(line), flush=True)
    return 1 if line["failed_unexplained"] or line["mixed"] or line["wrong_active"] else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Faults under load, and how they end.")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--rate", type=float, default=20, help="requests a second")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the order of the faults")
    parser.add_argument("--only", action="append", choices=list(FAULTS), default=[], help="this fault; may be repeated")
    options = parser.parse_args()
    say(f"seed {options.seed}")
    for path in (OUT / "soak").glob("*.txt"):
        path.unlink()
    run("kubectl", "delete", "namespace", "soak", "--ignore-not-found")
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        soak = Soak(make_namespace("soak"), Path(folder), options.seed)
        requests = soak.play(60 * options.minutes, options.rate, options.only)
        return conclude(soak, requests, options.seed)


if __name__ == "__main__":
    sys.exit(main())
