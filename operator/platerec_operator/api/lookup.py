"""What a store says to the question which release is wanted."""

from dataclasses import dataclass

from platerec_operator.api.recognizer import Profile, Recognizer
from platerec_store.release.report import Fault
from platerec_store.release.source import Source


@dataclass(frozen=True)
class Query:
    """The question: everything that the answer depends on."""

    source: Source
    channel: str | None
    name: str | None
    profile: Profile
    model: str
    grammar: str


@dataclass(frozen=True)
class Found:
    """The answer: a release that exists, and the digest of its manifest."""

    release: str
    manifest: str


Lookup = Found | Fault | None
"""None: nobody has looked yet."""


def build_query(recognizer: Recognizer) -> Query:
    """What to ask the store for a recognizer."""
    models = recognizer.spec.models
    return Query(
        source=models.source.for_agents(),
        channel=models.release.channel if models.release else None,
        name=models.release.name if models.release else None,
        profile=recognizer.spec.profile,
        model=recognizer.spec.pipeline.model,
        grammar=recognizer.spec.pipeline.grammar,
    )
