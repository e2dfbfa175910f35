"""What an agent remembers of its pod's swap, across its own restarts. Pure."""

from platerec_store.release.document import Document
from platerec_store.release.report import Step
from platerec_store.release.traffic import Traffic
from platerec_store.swap.wanted import Wanted

NO_TRAFFIC = Traffic()


class State(Document):
    """What a pod serves, what it served before, and the candidate on its way in.

    `holds`: the candidate is prepared and not committed. `keeps_previous`: the release before stays loaded, since the
    active one has not baked. Times are seconds since the epoch.
    """

    revision: int = 0
    step: Step = "Idle"
    active: Wanted | None = None
    previous: Wanted | None = None
    candidate: Wanted | None = None
    holds: bool = False
    keeps_previous: bool = False

    calm: Traffic = NO_TRAFFIC
    """What requests came to in the minutes before the candidate was fetched; loading it takes the node's time."""

    joined: bool = False
    """The pod served nothing before the active release."""

    committed: float | None = None
    serves_since: float | None = None
    """When the active release was committed, or came back after a restart of Triton; None until it has."""

    restarts: int = 0
    """How often Triton restarted since the commit."""

    before: Traffic = NO_TRAFFIC
    """The calm before the active release."""

    earlier: Traffic = NO_TRAFFIC
    """What requests to the active release came to from its commit until Triton restarted last."""

    counters: Traffic = NO_TRAFFIC
    """What they had come to in all at its commit, as Triton counts; nothing after a restart."""

    @property
    def served(self) -> tuple[Wanted, ...]:
        """The releases that have served here."""
        return tuple(wanted for wanted in (self.active, self.previous) if wanted)

    @property
    def known(self) -> tuple[Wanted, ...]:
        """All releases that the pod has to do with; their files stay on disk."""
        return (*self.served, self.candidate) if self.candidate else self.served

    @property
    def contents(self) -> frozenset[str]:
        """What the cache shall hold of them, by its names there."""
        return frozenset(name for wanted in self.known for name in (*wanted.contents(), *wanted.pictures()))

    @property
    def loaded(self) -> frozenset[str]:
        """The models that stay loaded; what else is loaded is left over."""
        kept = [self.active, self.candidate, self.previous if self.keeps_previous else None]
        return frozenset(name for wanted in kept if wanted for name in wanted.names)

    def serves(self, wanted: Wanted) -> bool:
        """Whether the models are those of the active release, whatever the settings of the pipeline."""
        active = self.active
        return active is not None and (wanted.manifest, wanted.profile) == (active.manifest, active.profile)
