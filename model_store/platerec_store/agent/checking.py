"""The check of a candidate: its pipeline reads the golden samples under a name that takes no traffic."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial

from platerec_store.disk.cache import BlobCache
from platerec_store.disk.picture import read_picture
from platerec_store.disk.repository import ModelRepository
from platerec_store.release.decision import Gate
from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.swap.gate import Reading, judge_latency, judge_readings
from platerec_store.swap.wanted import Wanted, WantedModel
from platerec_store.triton.config import put_on_trial
from platerec_store.triton.port import AnswerError, Frame, Triton, TritonError

_LOOKS = 3
"""How often a candidate that seems slow is timed again: other work on the node is no verdict."""
_ROUNDS = 5
_CONFIG = "config.pbtxt"

Frames = Mapping[str, Frame]


class Checker:
    """Checks candidates whose sub-models are loaded and whose golden pictures are in the cache."""

    def __init__(self, cache: BlobCache, repository: ModelRepository, triton: Triton) -> None:
        self._cache = cache
        self._repository = repository
        self._triton = triton

    def try_model(self, model: WantedModel) -> None:
        """Load a model that would replace what serves under a name that nobody calls. FaultError when it is refused.

        What has no files in its version is an ensemble, which loads only when all that it calls is loaded.
        """
        if all(file.is_folder or file.path == _CONFIG for file in model.files):
            return
        trial = model.as_trial()
        self._place(trial)
        self._triton.load(trial.name)
        self._triton.unload(trial.name)

    def check(self, wanted: Wanted, active: Wanted | None, gate: Gate) -> None:
        """FaultError (GateFailed) when the candidate must not serve; it is the release's own fault."""
        if not wanted.samples:
            return
        frames = {sample.name: read_picture(self._cache.path(sample.picture)) for sample in wanted.samples}
        with self._on_trial(wanted):
            self._check_readings(wanted, frames, gate)
            if active is not None:
                self._check_latency(wanted, active, frames, gate)

    @contextmanager
    def _on_trial(self, wanted: Wanted) -> Iterator[None]:
        """The candidate's pipeline, loaded beside the one that serves."""
        trial = wanted.trial
        self._place(trial)
        self._repository.pins.commit(wanted.trial_pins_path, wanted.trial_pins)
        self._triton.load(trial.name)
        try:
            yield
        finally:
            with suppress(TritonError):  # what is left over is unloaded when the swap ends
                self._triton.unload(trial.name)

    def _place(self, trial: WantedModel) -> None:
        self._repository.place(trial)
        self._repository.rewrite(trial.name, _CONFIG, partial(put_on_trial, name=trial.name))

    def _check_readings(self, wanted: Wanted, frames: Frames, gate: Gate) -> None:
        answers = [(sample, self._read(wanted, frames[sample.name])) for sample in wanted.samples]
        if verdict := judge_readings(answers, gate):
            raise _failed(wanted, verdict)

    def _read(self, wanted: Wanted, frame: Frame) -> Sequence[Reading]:
        """What the candidate sees; asked again before its silence is a verdict, for the node may be overloaded."""
        for look in range(_LOOKS):
            try:
                return self._triton.recognize(wanted.trial.name, frame)
            except AnswerError as error:
                if look == _LOOKS - 1:
                    raise _failed(wanted, f"its pipeline does not answer a golden sample: {error}") from error
        return ()

    def _check_latency(self, wanted: Wanted, active: Wanted, frames: Frames, gate: Gate) -> None:
        verdict = None
        for _ in range(_LOOKS):
            try:
                verdict = judge_latency(*self._time(wanted, active, frames), gate)
            except AnswerError:
                return  # either of the two is too busy to be compared; what the candidate reads is known to be right
            if verdict is None:
                return
        raise _failed(wanted, str(verdict))

    def _time(self, wanted: Wanted, active: Wanted, frames: Frames) -> tuple[float, float]:
        """Seconds for all pictures by the candidate and by the release that serves: of several, the quickest."""
        quickest = {wanted.trial.name: float("inf"), active.entry.name: float("inf")}
        for _ in range(_ROUNDS):
            for name, before in quickest.items():
                began = time.monotonic()
                for frame in frames.values():
                    self._triton.recognize(name, frame)
                quickest[name] = min(before, time.monotonic() - began)
        return quickest[wanted.trial.name], quickest[active.entry.name]


def _failed(wanted: Wanted, why: str) -> FaultError:
    return FaultError(Reason.GATE_FAILED, f"Release {wanted.release!r} may not serve: {why}")
