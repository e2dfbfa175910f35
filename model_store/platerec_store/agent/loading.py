"""Having Triton load what a release needs, beside what serves or in its place."""

from collections.abc import Iterable
from contextlib import nullcontext

from platerec_store.agent.blame import Blame
from platerec_store.agent.tools import Tools
from platerec_store.agent.trial import Trial
from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.swap.plan import Action, LoadModel, Pin, Place, Pod, build_plan, build_preparation
from platerec_store.swap.state import State
from platerec_store.swap.wanted import Wanted, WantedModel
from platerec_store.triton.port import TritonError


class Loader:
    """Carries out plans for releases whose contents are in the cache."""

    def __init__(self, tools: Tools, trial: Trial, blame: Blame) -> None:
        self._repository = tools.repository
        self._triton = tools.triton
        self._headroom = tools.headroom
        self._trial = trial
        self._blame = blame
        # Only this process knows what it had Triton load. After a restart everything is loaded once more, which
        # Triton answers at once where the files are the same.
        self._loaded: dict[str, str] = {}

    def load_beside(self, wanted: Wanted, state: State) -> None:
        """Load what can be loaded without touching what serves."""
        pod = self._observe(wanted)
        if wanted.in_place and state.active is not None:
            self._try_changed(wanted, pod)
            return
        actions = build_preparation(wanted, pod)
        if state.active is not None:
            _check_names(wanted, state.active)
            self._headroom.check(wanted.release, _find_additions(wanted, actions, pod))
        for action in actions:
            self._do(action, state)

    def _try_changed(self, wanted: Wanted, pod: Pod) -> None:
        """Try what would replace what serves, one after the other: Triton holds both while it does so."""
        for model in wanted.models:
            if pod.loaded.get(model.name) != model.fingerprint:
                self._headroom.check(wanted.release, [model])
                with self._blame.on(f"tried model {model.name!r}", model.fingerprint):
                    self._trial.try_model(model)

    def converge(self, wanted: Wanted, state: State) -> None:
        """Have the release serve, and nothing of it be missing."""
        while actions := build_plan(wanted, self._observe(wanted)):
            for action in actions:
                self._do(action, state)

    def unload(self, name: str) -> None:
        """Drop a model."""
        self._loaded.pop(name, None)
        self._triton.unload(name)

    def _observe(self, wanted: Wanted) -> Pod:
        return Pod(
            placed=self._repository.placed(),
            ready=self._triton.ready(),
            loaded=dict(self._loaded),
            pins=self._repository.pins.read(wanted.pins_path),
        )

    def _do(self, action: Action, state: State) -> None:
        match action:
            case Place(model):
                self._repository.place(model)
            case LoadModel(model):
                self._load(model, state)
            case Pin(path, pins):
                self._repository.pins.commit(path, pins)

    def _load(self, model: WantedModel, state: State) -> None:
        # A model that has served here is not to blame for a Triton that ends.
        has_served = any(model in wanted.models for wanted in state.served)
        blaming = nullcontext() if has_served else self._blame.on(f"loaded model {model.name!r}", model.fingerprint)
        with blaming:
            try:
                self._triton.load(model.name)
            except TritonError as error:
                # A refused model leaves what served before; after silence nobody knows.
                if error.is_silence:
                    self._loaded.pop(model.name, None)
                raise
        if model.name not in self._triton.ready():
            message = f"Triton loaded model {model.name!r}, but none of its versions serves."
            raise FaultError(Reason.MODEL_REFUSED, message)
        self._loaded[model.name] = model.fingerprint


def _find_additions(wanted: Wanted, actions: Iterable[Action], pod: Pod) -> list[WantedModel]:
    """The models that take memory beside what is loaded; a changed pipeline is loaded while the old one answers."""
    loads = [action.model for action in actions if isinstance(action, LoadModel)]
    new = [model for model in loads if model.name not in pod.ready]
    changed = pod.placed.get(wanted.entry.name) != wanted.entry.fingerprint
    return [*new, wanted.entry] if changed else new


def _check_names(wanted: Wanted, active: Wanted) -> None:
    """FaultError when loading a model would replace one that serves: a version of a model never changes."""
    serving = {model.name: model.fingerprint for model in active.models[:-1]}
    for model in wanted.models[:-1]:
        if serving.get(model.name, model.fingerprint) != model.fingerprint:
            message = (
                f"Model {model.name!r} of release {wanted.release!r} is not the one of that name in release "
                f"{active.release!r}, which serves: publish it under another version."
            )
            raise FaultError(Reason.MODEL_REFUSED, message)
