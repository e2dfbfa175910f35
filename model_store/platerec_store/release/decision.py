"""The decision: what the operator wants every pod of a recognizer to serve. Agents obey, and never choose."""

from typing import Literal

from pydantic import Field

from platerec_store.release.document import Document, Part
from platerec_store.release.manifest import PIPELINE, Digest, ModelName, ReleaseName
from platerec_store.release.source import Source

DECISION_KEY = "decision.json"
"""The key in the recognizer's ConfigMap, and the file's name in its pods."""

Phase = Literal["Prepare", "Commit"]


class PipelineSettings(Part):
    """What the pipeline reads beside its pins, at the start of each request."""

    max_plates: int = Field(default=64, ge=1, le=128)
    detection_threshold: float = Field(default=0.4, ge=0, le=1)
    grammar: str = "ru"


class Choice(Part):
    """A release, pinned by the digest of its verified manifest, and where its files are."""

    release: ReleaseName
    manifest: Digest
    source: Source


class Gate(Part):
    """What a release's golden samples must reach before it may be committed.

    `min_exact_match` is the share of expected plates that must be read exactly, `max_latency_ratio` how much slower
    than the active release it may answer.
    """

    min_exact_match: float = Field(default=1.0, ge=0, le=1)
    max_latency_ratio: float = Field(default=1.5, ge=1, le=1000)


class Decision(Document):
    """Release and phase. `manifest` is the digest of the verified manifest: nothing else may be loaded.

    In phase Prepare a pod serves `previous` and makes the release ready beside it; in phase Commit it serves the
    release, and keeps `previous` loaded until the release has baked. With `replaces` a pod that serves another release
    keeps it, for a pod of this one will take its place. `revision` orders the decisions of a
    recognizer: of two, the higher one is in force. 0 is that of an operator which does not count.
    """

    revision: int = Field(default=0, ge=0)
    release: ReleaseName
    manifest: Digest
    phase: Phase = "Commit"
    profile: str
    model: ModelName = PIPELINE
    source: Source
    pipeline: PipelineSettings = PipelineSettings()
    previous: Choice | None = None
    baked: bool = True
    replaces: bool = False
    gate: Gate = Gate()

    def source_of(self, manifest: str) -> Source:
        """Where the files of one of its two releases are."""
        if self.previous is not None and self.previous.manifest == manifest:
            return self.previous.source
        return self.source
