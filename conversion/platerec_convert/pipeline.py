"""The pipeline's model: its adapter for Triton and the pure modules that it carries beside it."""

import shutil
from importlib.resources import files
from pathlib import Path

from platerec_convert.errors import ConversionError
from platerec_pipeline.calibration import parse_calibration

MODEL = "plate_recognition"
PURE = "platerec_pipeline"
CALIBRATION = "calibration.json"


def adapter_folder() -> Path:
    """`repository/plate_recognition`: inside the pure package in a wheel, beside it in a checkout."""
    package = _package()
    for folder in (package / "repository" / MODEL, package.parent / "repository" / MODEL):
        if (folder / "model.py").is_file():
            return folder
    raise ConversionError("This installation lacks the pipeline's adapter; install the platerec wheel again.")


def build_pipeline(version: Path, calibration: str | None = None) -> None:
    """Fill the version folder with the adapter and its modules, and put `config.pbtxt` beside it.

    `calibration` is the text of a calibration file, for the reader that the pipeline is released with.
    """
    adapter = adapter_folder()
    version.mkdir(parents=True)
    shutil.copy(adapter / "config.pbtxt", version.parent)
    shutil.copy(adapter / "model.py", version)
    shutil.copytree(
        _package(), version / PURE, ignore=shutil.ignore_patterns("tests", "repository", "__pycache__", "*.pyc")
    )
    if calibration is not None:
        (version / PURE / CALIBRATION).write_text(calibration, encoding="utf-8")


def read_calibration(path: Path) -> str:
    """The text of a calibration file. Raises ConversionError when the pipeline could not use it."""
    try:
        text = path.read_text(encoding="utf-8")
        parse_calibration(text, str(path))
    except OSError as error:
        raise ConversionError(f"Calibration {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ConversionError(f"{error}.") from error
    return text


def _package() -> Path:
    return Path(str(files(PURE)))
