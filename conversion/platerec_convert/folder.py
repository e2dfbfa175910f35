"""The folder of built models. What is built appears there whole, by renaming, or not at all."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from platerec_convert.errors import ConversionError
from platerec_store.release.document import Document, DocumentError
from platerec_store.release.folder import ParityList, ProvenanceList
from platerec_store.release.manifest import Parity, Provenance, digest_of

PROVENANCE, PARITY = "provenance.json", "parity.json"

Kind = TypeVar("Kind", bound=Document)


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """A folder to build in; on success each `<folder>/<name>` in it replaces the one of that name in `out`."""
    made = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".building-", dir=out))
    except OSError as error:
        raise ConversionError(f"Cannot write to {out}: {error.strerror}.") from error
    try:
        yield stage
        for built in sorted(stage.glob("*/*")):
            _replace(built, out / built.relative_to(stage))
    except OSError as error:
        raise ConversionError(f"Cannot write to {out}: {error.strerror}.") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if made and not any(out.iterdir()):
            out.rmdir()


def _replace(built: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    if target.is_dir():
        shutil.rmtree(target)
    built.rename(target)


def check_documents(out: Path) -> None:
    """Raises ConversionError when what is known of the models in the folder cannot be read, before any is replaced."""
    _read(out / PARITY, ParityList)
    _read(out / PROVENANCE, ProvenanceList)


def remove_model(out: Path, model: str, profiles: Sequence[str]) -> None:
    """Take a model out of the folder, with what was compared of it."""
    for profile in profiles:
        shutil.rmtree(out / profile / model, ignore_errors=True)
    known = _read(out / PARITY, ParityList).checks
    kept = tuple(check for check in known if check.model != model or check.profile not in profiles)
    write_document(out / PARITY, ParityList(checks=kept))


def record_provenance(out: Path, entries: Sequence[Provenance]) -> None:
    """Put the entries in `provenance.json` in place of earlier ones of the same models."""
    weights = {weight.model: weight for weight in [*_read(out / PROVENANCE, ProvenanceList).weights, *entries]}
    write_document(out / PROVENANCE, ProvenanceList(weights=tuple(weight for _, weight in sorted(weights.items()))))


def forget_provenance(out: Path, model: str) -> None:
    """Take a model out of `provenance.json`."""
    known = _read(out / PROVENANCE, ProvenanceList)
    weights = tuple(weight for weight in known.weights if weight.model != model)
    if weights != known.weights:
        write_document(out / PROVENANCE, ProvenanceList(weights=weights))


def record_parity(out: Path, entries: Sequence[Parity]) -> None:
    """Put the entries in `parity.json` in place of earlier ones of the same model and profile."""
    checks = {(check.model, check.profile): check for check in [*_read(out / PARITY, ParityList).checks, *entries]}
    write_document(out / PARITY, ParityList(checks=tuple(check for _, check in sorted(checks.items()))))


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
