"""From a decision to all that it asks for: the store is asked once, and not at all for what is served already."""

from collections.abc import Callable

from platerec_store.objects.port import ObjectStore
from platerec_store.objects.reading import read_manifest, read_repository
from platerec_store.release.decision import Decision
from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.release.source import S3
from platerec_store.swap.machine import Decided
from platerec_store.swap.state import State
from platerec_store.swap.wanted import Wanted, build_wanted, build_wanted_repository

StoreOpener = Callable[[S3], ObjectStore]


class Resolver:
    """Works decisions out."""

    def __init__(self, open_store: StoreOpener) -> None:
        self._open_store = open_store
        self._read: tuple[Wanted, ...] = ()

    def resolve(self, decision: Decision, state: State) -> tuple[Decided, FaultError | None]:
        """What the decision asks for; FaultError when the store does not hold what the operator verified.

        A pod that joins in the middle can serve what the others serve without the release that they prepare: then
        that alone is asked for, and what is wrong with the release comes beside it.
        """
        base = self._find_base(decision, state)
        try:
            wanted = self._work_out(decision, state)
        except FaultError as error:
            if base is None or base == state.active:
                raise
            self._read = (base,)
            return Decided(base, decision.revision), error
        self._read = (wanted, base) if base else (wanted,)
        holds = decision.phase == "Prepare"
        return Decided(wanted, decision.revision, holds, base, keeps_previous=not decision.baked and not holds), None

    def _find_base(self, decision: Decision, state: State) -> Wanted | None:
        """What shall be served until the release is committed."""
        previous = decision.previous
        if previous is None or decision.phase != "Prepare":
            return None
        named = {"release": previous.release, "manifest": previous.manifest, "source": previous.source}
        return self._work_out(decision.model_copy(update=named), state)

    def _work_out(self, decision: Decision, state: State) -> Wanted:
        for known in (*self._read, *state.known):
            if known.answers(decision):
                return known.with_settings(decision.pipeline)
        return _read(self._open_store(decision.source.s3), decision)


def _read(store: ObjectStore, decision: Decision) -> Wanted:
    if decision.source.layout == "repository":
        repository = read_repository(store)
        _check(decision, repository.digest, f"The listing of {store.url()}")
        return build_wanted_repository(decision, repository)
    manifest, digest = read_manifest(store, decision.release)
    _check(decision, digest, f"The manifest of release {decision.release!r} in {store.url()}")
    try:
        return build_wanted(decision, manifest)
    except FaultError as error:
        error.manifest = digest  # of what was verified: whatever was wrong before says nothing of the release
        raise


def _check(decision: Decision, digest: str, what: str) -> None:
    if digest != decision.manifest:
        message = f"{what} is not the one that the operator verified: expected {decision.manifest}, got {digest}."
        raise FaultError(Reason.MANIFEST_CHANGED, message)
