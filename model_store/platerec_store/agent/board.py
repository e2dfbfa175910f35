"""What the agent says of itself: the report, the log and the metrics follow one story."""

import logging
import threading
import time
from datetime import UTC, datetime

from platerec_store.agent.metrics import RELEASE, STEP_SECONDS
from platerec_store.release.faults import FaultError
from platerec_store.release.report import Bake, Progress, Report, Step
from platerec_store.swap.state import State
from platerec_store.swap.wanted import Wanted

_log = logging.getLogger("platerec.agent")
_QUIET_SECONDS = 5.0


class Board:
    """The newest report; written by the worker, read by the API."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._report = Report(step="Waiting")
        self._since = time.monotonic()
        self._said = 0.0

    @property
    def report(self) -> Report:
        """The newest report."""
        with self._lock:
            return self._report

    def target(self, release: str, revision: int) -> None:
        """Say which release the decision names; what was wrong under another says nothing of it."""
        before = self.report
        if release != before.target:
            _log.info("decided: release %s", release)
        if (release, revision) != (before.target, before.revision):
            self._change(target=release, revision=revision, error=None)

    def swap(self, state: State) -> None:
        """Say where the swap stands."""
        is_empty = state.step == "Idle" and state.active is None
        prepared = state.candidate.manifest if state.candidate and state.step == "Prepared" else None
        committed = None if state.committed is None else datetime.fromtimestamp(state.committed, UTC)
        self._change(prepared=prepared, committed=committed)
        self.step("Waiting" if is_empty else state.step)

    def step(self, step: Step) -> None:
        """Say what is being done."""
        before = self.report.step
        if step != before:
            now = time.monotonic()
            STEP_SECONDS.labels(before).observe(now - self._since)
            self._since = now
            _log.info("step %s", step)
        self._change(step=step)

    def progress(self, progress: Progress | None) -> None:
        """Say how far a fetch is; in the log a line every few seconds at most."""
        self._change(progress=progress)
        now = time.monotonic()
        if progress is not None and now - self._said >= _QUIET_SECONDS:
            self._said = now
            _log.info("fetched %.1f of %.1f MB", progress.done / 1e6, progress.total / 1e6)

    def fault(self, error: FaultError | None) -> None:
        """Say what does not work, or that all is well again; a fault that lasts is logged once."""
        fault = error.fault() if error else None
        if fault != self.report.error:
            if fault is not None:
                _log.warning("%s: %s", fault.reason, fault.message)
            else:
                _log.info("all is well again")
        self._change(error=fault)

    def serving(self, active: Wanted | None, models: frozenset[str], bake: Bake | None) -> None:
        """Say what Triton serves, and what requests to it come to."""
        release = active.release if active else None
        if release != self.report.active:
            _log.info("serving %s", f"release {release}" if release else "nothing")
            RELEASE.clear()
            if release is not None:
                RELEASE.labels(release).set(1)
        manifest = active.manifest if active else None
        self._change(active=release, serving=manifest, models=tuple(sorted(models)), bake=bake)

    def _change(self, **fields: object) -> None:
        with self._lock:
            self._report = self._report.model_copy(update=fields)
