"""The pipeline's model: its adapter for Triton and the pure modules that it carries beside it."""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from platerec_convert.errors import ConversionError
from platerec_pipeline.calibration import CalibrationError, parse_calibration
from platerec_pipeline.decode import Decoder
from platerec_pipeline.grammar import GrammarError, parse_grammar
from platerec_store.release.manifest import GRAMMAR_NAME

MODEL = "plate_recognition"
PURE = "platerec_pipeline"
CALIBRATION = "calibration.json"
GRAMMARS = "grammars"


@dataclass(frozen=True)
class Extras:
    """What a release's pipeline carries beside its code, as texts of files.

    `calibration` is of the reader that it is released with, `grammars` are those of more countries, by their names.
    """

    calibration: str | None = None
    grammars: Mapping[str, str] = field(default_factory=dict)


def adapter_folder() -> Path:
    """`repository/plate_recognition`: inside the pure package in a wheel, beside it in a checkout."""
    package = _package()
    for folder in (package / "repository" / MODEL, package.parent / "repository" / MODEL):
        if (folder / "model.py").is_file():
            return folder
    raise ConversionError("This installation lacks the pipeline's adapter; install the platerec wheel again.")


def build_pipeline(version: Path, extras: Extras) -> None:
    """Fill the version folder with the adapter and its modules, and put `config.pbtxt` beside it."""
    adapter = adapter_folder()
    version.mkdir(parents=True)
    shutil.copy(adapter / "config.pbtxt", version.parent)
    shutil.copy(adapter / "model.py", version)
    shutil.copytree(
        _package(), version / PURE, ignore=shutil.ignore_patterns("tests", "repository", "__pycache__", "*.pyc")
    )
    if extras.calibration is not None:
        (version / PURE / CALIBRATION).write_text(extras.calibration, encoding="utf-8")
    for name, text in extras.grammars.items():
        (version / PURE / GRAMMARS / f"{name}.json").write_text(text, encoding="utf-8")


def read_extras(calibration: Path | None, grammars: Sequence[Path]) -> Extras:
    """The files' texts. Raises ConversionError when the pipeline could not use one."""
    return Extras(_read_calibration(calibration) if calibration else None, dict(map(_read_grammar, grammars)))


def _read_calibration(path: Path) -> str:
    text = _read(path, "Calibration")
    try:
        parse_calibration(text, str(path))
    except CalibrationError as error:
        raise ConversionError(f"{error}.") from error
    return text


def _read_grammar(path: Path) -> tuple[str, str]:
    if not re.fullmatch(GRAMMAR_NAME, path.stem) or path.suffix != ".json":
        raise ConversionError(
            f"Grammar {path} cannot be named in a recognizer: call the file <name>.json, the name of small letters, "
            "digits and dashes."
        )
    text = _read(path, "Grammar")
    try:
        Decoder(parse_grammar(text, str(path)))
    except GrammarError as error:
        raise ConversionError(f"Grammar {path} cannot be used: {error}.") from error
    return path.stem, text


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConversionError(f"{what} {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConversionError(f"{what} {path} is no text in UTF-8.") from error


def _package() -> Path:
    return Path(str(files(PURE)))
