"""One part of the proof in the cluster: publish, serve, load, swap, and take down what happened."""

import contextlib
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.fleet import Fleet, open_store
from bench.judge import AFTER, Run, Sample, Span, Swap
from bench.loader import LoadPod
from bench.records import Answer, Request
from bench.releases import Release
from bench.whole import check_marks, is_whole, learn
from harness.kubectl import Namespace

HOURS = 6 * 3600.0


@dataclass(frozen=True)
class Part:
    """What one part asks for. `rate`: requests a second; 0 is half of what the fleet is measured to manage.

    More than `most` are not sent: the clients and the record of each request cost something too.
    """

    name: str
    releases: Sequence[Release]
    frames: Mapping[str, bytes]
    swaps: int
    requests: int = 0
    rate: float = 0
    steady: float = 8
    """Seconds of steady load before each swap."""
    concurrency: int = 16
    most: float = 250


@dataclass
class Stage:
    """A namespace of the cluster with a recognizer and the pod of the load in it."""

    namespace: Namespace
    part: Part
    scratch: Path
    busy: list[Span] = field(default_factory=list)
    rate: float = 0

    def play(self) -> Run:
        """The part from its beginning to its end."""
        first = self.part.releases[0]
        prefix = f"{self.part.name}-{int(time.time())}"
        self._publish(prefix)
        fleet, load = Fleet(self.namespace, prefix), LoadPod(self.namespace, "gate")
        self._say(f"two pods on {first.name}")
        fleet.serve(first)
        load.create(self.part.frames)
        with fleet:
            expected = self._expect(fleet, load)
            self.rate = min(self.part.most, self.part.rate or self._saturate(load) / 2)
            load.start(load.plan(HOURS, rate=self.rate))
            swaps, samples = self._swap_on(fleet, load)
            requests = load.finish()
        load.delete()
        wrong = (n for n, each in enumerate(requests) if not each.error and not is_whole(expected, each))
        return Run(requests, frozenset(wrong), swaps, samples, self.busy)

    def _publish(self, prefix: str) -> None:
        self._say(f"publishing {len(self.part.releases)} releases")
        with open_store() as store:
            for release in self.part.releases:
                store.publish(prefix, release.name, self.scratch / "built", release.models)

    def _expect(self, fleet: Fleet, load: LoadPod) -> dict[tuple[str, int], Answer]:
        """What each release says of each frame: known beforehand, or asked while it alone serves."""
        expected: dict[tuple[str, int], Answer] = {}
        frames = range(len(self.part.frames))
        ring = [*self.part.releases, self.part.releases[0]]
        for release, following in itertools.pairwise(ring):
            if release.answer is not None:
                expected |= {(release.name, frame): release.answer for frame in frames}
                continue
            asked = load.run(load.plan(6, concurrency=self.part.concurrency))
            expected |= learn(release.name, len(frames), asked)
            self._say(f"{release.name} reads {[expected[release.name, frame].texts for frame in frames]}")
            load.start(load.plan(HOURS, rate=1))  # a release bakes under traffic alone
            self._move(fleet, release, following)
            load.finish()
        check_marks(expected)
        return expected

    def _saturate(self, load: LoadPod) -> float:
        """Answers a second when there is always another request waiting."""
        asked = load.run(load.plan(20, concurrency=self.part.concurrency))
        rate = len([each for each in asked if not each.error]) / (asked[-1].end - asked[0].at)
        self._say(f"saturated at {rate:.1f} requests/s")
        return rate

    def _swap_on(self, fleet: Fleet, load: LoadPod) -> tuple[list[Swap], list[Sample]]:
        """All swaps, and after them steady load until there were requests enough."""
        swaps, samples = list[Swap](), list[Sample]()
        time.sleep(self.part.steady)
        ring = itertools.pairwise(itertools.cycle(self.part.releases))
        for number, (old, new) in enumerate(itertools.islice(ring, self.part.swaps), start=1):
            swaps.append(self._move(fleet, old, new))
            time.sleep(AFTER)
            with self._busy():
                samples += [Sample(number, pod, mib) for pod, mib in fleet.resident().items()]
                ended = load.ended()
            took = swaps[-1].settled - swaps[-1].began
            self._say(f"swap {number}/{self.part.swaps} to {new.name} in {took:.1f} s, {ended} requests")
            time.sleep(self.part.steady)
        while ended < self.part.requests:
            time.sleep(min(60, 1 + (self.part.requests - ended) / self.rate))
            with self._busy():
                ended = load.ended()
            self._say(f"{ended}/{self.part.requests} requests")
        return swaps, samples

    def _move(self, fleet: Fleet, old: Release, new: Release) -> Swap:
        with self._busy():
            fleet.promote(new)
        return fleet.settle(old.name, new.name, self.busy[-1].ended)

    @contextlib.contextmanager
    def _busy(self) -> Iterator[None]:
        """While programs of the proof's own run on the machine that it measures."""
        began = time.time()
        yield
        self.busy.append(Span(began, time.time()))

    def _say(self, what: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {self.part.name}: {what}", flush=True)


def failures(requests: Sequence[Request]) -> dict[str, int]:
    """How often each error was met."""
    errors = sorted(each.error for each in requests if each.error)
    return {error: len(list(same)) for error, same in itertools.groupby(errors)}
