"""A pod for tests: a real agent over a store and a Triton in memory, on a folder of the test's own."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platerec_store.agent.board import Board
from platerec_store.agent.headroom import Headroom
from platerec_store.agent.inbox import Inbox
from platerec_store.agent.loop import Loop
from platerec_store.agent.tools import Tools
from platerec_store.disk.cache import BlobCache
from platerec_store.disk.repository import ModelRepository
from platerec_store.objects.memory import MemoryStore
from platerec_store.objects.reading import read_manifest, read_repository
from platerec_store.release.decision import Choice, Decision, Phase, PipelineSettings
from platerec_store.release.layout import blob_key
from platerec_store.release.manifest import Manifest
from platerec_store.release.report import Fault, Report
from platerec_store.release.source import S3, Source
from platerec_store.triton.memory import MemoryTriton

RELEASES = Source(s3=S3(bucket="memory"))
REPOSITORY = Source(layout="repository", s3=S3(bucket="memory"))


class Pod:
    """`restart_agent` forgets what only the process knew; store, Triton and disk stay."""

    def __init__(self, root: Path) -> None:
        self.root = root / "repository"
        self.cache = root / "cache"
        self.root.mkdir()
        self.cache.mkdir()
        self.store = MemoryStore(piece=4)
        self.triton = MemoryTriton(self.root)
        self.now = 1000.0
        self.meminfo = root / "meminfo"
        self.restart_agent()

    def restart_agent(self) -> None:
        cache = BlobCache(self.cache)
        self.repository = ModelRepository(self.root, cache)
        self.board = Board()
        self.inbox = Inbox(self.root.parent / "decision.json", revision=self.repository.state().revision)
        headroom = Headroom(self.triton, self.meminfo)
        tools = Tools(cache, self.repository, self.triton, lambda _: self.store, self.board, headroom)
        self.loop = Loop(self.inbox, tools, lambda: self.now, lambda: self.now)

    def decide(
        self,
        release: str,
        *,
        phase: Phase = "Commit",
        profile: str = "cpu-onnx",
        settings: PipelineSettings | None = None,
        revision: int = 0,
        previous: str | None = None,
        baked: bool = True,
    ) -> Decision:
        """What the operator would decide for a published release."""
        manifest, digest = read_manifest(self.store, release)
        return Decision(
            release=manifest.release,
            manifest=digest,
            phase=phase,
            profile=profile,
            source=RELEASES,
            pipeline=settings or PipelineSettings(),
            revision=revision,
            previous=None if previous is None else self.choice(previous),
            baked=baked,
        )

    def choice(self, release: str) -> Choice:
        """A release that a decision names beside its own."""
        manifest, digest = read_manifest(self.store, release)
        return Choice(release=manifest.release, manifest=digest, source=RELEASES)

    def decide_repository(self) -> Decision:
        """What the operator would decide for the plain repository in the store."""
        listed = read_repository(self.store)
        return Decision(release=listed.release, manifest=listed.digest, profile="cpu-onnx", source=REPOSITORY)

    def obey(self, decision: Decision) -> Report:
        """Take a decision and the turn that works on it."""
        self.inbox.take(decision)
        return self.turn()

    def turn(self, later: float = 0.0) -> Report:
        """Some seconds pass, then the agent takes a turn."""
        self.now += later
        self.loop.turn()
        return self.board.report

    @property
    def pins(self) -> Path:
        """What the pipeline reads."""
        (path,) = (self.root / ".pins").glob("*.json")
        return path

    @contextmanager
    def request(self) -> Iterator[None]:
        """A request that the release which is active now answers."""
        with self.pins.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield

    def folders(self) -> set[str]:
        """The model folders that lie in the repository."""
        return {path.name for path in self.root.iterdir() if path.is_dir() and not path.name.startswith(".")}


def reader_key(pod: Pod) -> str:
    """Where the new reader of r2 lies in the store."""
    manifest = Manifest.parse(pod.store.get("releases/r2/manifest.json"), "r2")
    files = manifest.model("plate_reader").profiles["cpu-onnx"].files
    return blob_key(next(file.sha256 for file in files if file.path == "2/model.py"))


def fault_of(report: Report) -> Fault:
    """What the report says does not work."""
    assert report.error is not None
    return report.error
