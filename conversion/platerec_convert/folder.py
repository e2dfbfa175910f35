"""The folder of built models. What is built appears there whole, by renaming, or not at all."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from platerec_convert.errors import ConversionError
from platerec_store.release.document import Document, DocumentError
from platerec_store.release.folder import ParityList, ProvenanceList
from platerec_store.release.manifest import Parity, Provenance, digest_of

PROVENANCE, PARITY = "provenance.json", "parity.json"

WORK = ".building-"
"""How the names of folders begin that something is built in."""

STALE_AFTER = 86400.0
"""Seconds after which whoever built there was killed."""

Kind = TypeVar("Kind", bound=Document)


@dataclass(frozen=True)
class Stage:
    """What is built for the folder `out`: it lies in `built` as it will there; `gone` is to be taken away there."""

    out: Path
    built: Path
    gone: set[Path] = field(default_factory=set)

    @property
    def changes(self) -> list[Path]:
        """What is replaced or taken away: models, golden samples and the documents beside the models."""
        files = [path for path in self.built.glob("*") if path.is_file()]
        return sorted({path.relative_to(self.built) for path in [*self.built.glob("*/*"), *files]} | self.gone)

    def find(self, path: Path) -> Path:
        """Where a part of the folder lies that may have been built anew, or be gone."""
        changed = path in self.gone or (self.built / path).exists()
        return (self.built if changed else self.out) / path

    def remove_model(self, model: str, profiles: Sequence[str]) -> None:
        """Take a model out of the folder, with what was compared of it."""
        self.gone.update(Path(profile, model) for profile in profiles)
        known = self._read(PARITY, ParityList).checks
        kept = tuple(check for check in known if check.model != model or check.profile not in profiles)
        write_document(self.built / PARITY, ParityList(checks=kept))

    def record_provenance(self, entries: Sequence[Provenance]) -> None:
        """Put the entries in `provenance.json` in place of earlier ones of the same models."""
        weights = {weight.model: weight for weight in [*self.provenance, *entries]}
        self._write_provenance(tuple(weight for _, weight in sorted(weights.items())))

    def forget_provenance(self, model: str) -> None:
        """Take a model out of `provenance.json`."""
        self._write_provenance(tuple(weight for weight in self.provenance if weight.model != model))

    def record_parity(self, entries: Sequence[Parity]) -> None:
        """Put the entries in `parity.json` in place of earlier ones of the same model and profile."""
        known = self._read(PARITY, ParityList).checks
        checks = {(check.model, check.profile): check for check in [*known, *entries]}
        write_document(self.built / PARITY, ParityList(checks=tuple(check for _, check in sorted(checks.items()))))

    @property
    def provenance(self) -> tuple[Provenance, ...]:
        """What is known of the weights in the folder. Raises ConversionError when it cannot be read."""
        return self._read(PROVENANCE, ProvenanceList).weights

    def _write_provenance(self, weights: tuple[Provenance, ...]) -> None:
        write_document(self.built / PROVENANCE, ProvenanceList(weights=weights))

    def _read(self, name: str, kind: type[Kind]) -> Kind:
        return _read(self.find(Path(name)), kind)


@contextmanager
def staged(out: Path) -> Iterator[Stage]:
    """A stage to build on. On success all of it takes its place in `out`, on failure nothing there has changed."""
    made = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with working_folder(out) as work:
            stage = Stage(out, work / "new")
            stage.built.mkdir()
            yield stage
            _commit(stage, work / "old")
    except OSError as error:
        raise ConversionError(f"Cannot write to {out}: {error.strerror}.") from error
    finally:
        if made:
            with suppress(OSError):  # what it holds is kept
                out.rmdir()


@contextmanager
def working_folder(parent: Path) -> Iterator[Path]:
    """A folder in `parent` that is deleted in the end, and those with it that a kill left there."""
    for left in parent.glob(f"{WORK}*"):
        with suppress(OSError):  # another process sweeps too
            if time.time() - left.stat().st_mtime > STALE_AFTER:
                shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=WORK, dir=parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _commit(stage: Stage, aside: Path) -> None:
    """Put everything in its place. What it replaces lies aside until all is done, and comes back when it cannot be."""
    done: list[tuple[Path, Path]] = []
    try:
        for path in stage.changes:
            for source, target in ((stage.out / path, aside / path), (stage.built / path, stage.out / path)):
                if source.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    source.rename(target)
                    done.append((source, target))
    except BaseException:
        for source, target in reversed(done):
            target.rename(source)
        raise


def check_documents(out: Path) -> None:
    """Raises ConversionError when what is known of the models in the folder cannot be read, before any is replaced."""
    _read(out / PARITY, ParityList)
    _read(out / PROVENANCE, ProvenanceList)


def _read(path: Path, kind: type[Kind]) -> Kind:
    try:
        return kind.parse(path.read_bytes(), str(path)) if path.exists() else kind()
    except OSError as error:
        raise ConversionError(f"{path} cannot be read: {error.strerror}.") from error
    except DocumentError as error:
        raise ConversionError(f"{error} Delete it and convert all models again.") from error


def write_document(path: Path, document: Document) -> None:
    """A document as JSON for people, replaced by renaming."""
    part = path.with_suffix(".part")
    text = json.dumps(json.loads(document.to_json()), indent=2, ensure_ascii=False) + "\n"
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise ConversionError(f"Cannot write {path}: {error.strerror}.") from error


def digest_of_file(path: Path) -> str:
    """The content address of a file of weights."""
    return digest_of(path.read_bytes())
