"""Models under names that take no traffic, so that trying them touches nothing that serves."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial

from platerec_store.disk.repository import ModelRepository
from platerec_store.swap.wanted import Wanted, WantedModel
from platerec_store.triton.config import put_on_trial
from platerec_store.triton.port import Triton, TritonError

_CONFIG = "config.pbtxt"


@dataclass(frozen=True)
class Trial:
    """Tries models whose files are in the cache."""

    repository: ModelRepository
    triton: Triton

    def try_model(self, model: WantedModel) -> None:
        """Load a model that would replace what serves. FaultError when it is refused.

        What has no files in its version is an ensemble, which loads only when all that it calls is loaded.
        """
        if all(file.is_folder or file.path == _CONFIG for file in model.files):
            return
        trial = model.as_trial()
        self._place(trial)
        self.triton.load(trial.name)
        self.triton.unload(trial.name)

    @contextmanager
    def of(self, wanted: Wanted) -> Iterator[None]:
        """The candidate's pipeline, loaded beside the one that serves."""
        trial = wanted.trial
        self._place(trial)
        self.repository.pins.commit(wanted.trial_pins_path, wanted.trial_pins)
        self.triton.load(trial.name)
        try:
            yield
        finally:
            with suppress(TritonError):  # what is left over is unloaded when the swap ends
                self.triton.unload(trial.name)

    def _place(self, trial: WantedModel) -> None:
        self.repository.place(trial)
        self.repository.rewrite(trial.name, _CONFIG, partial(put_on_trial, name=trial.name))
