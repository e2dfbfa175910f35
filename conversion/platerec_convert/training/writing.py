"""Writing of a training's files: a full disk or a folder that may not be written to ends it in one sentence."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from platerec_convert.errors import ConversionError


@contextmanager
def written(path: Path) -> Iterator[None]:
    """Around the writing of a file. torch calls a full disk a RuntimeError, safetensors an error of its own."""
    try:
        yield
    except (OSError, RuntimeError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or str(error).partition("\n")[0].removesuffix(".")
        raise ConversionError(f"Cannot write {path}: {reason}.") from error


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A file to write beside `path`, which it then replaces: a kill or a full disk leaves the last whole one."""
    part = path.with_suffix(".part")
    try:
        with written(path):
            yield part
            part.replace(path)
    except ConversionError:
        part.unlink(missing_ok=True)
        raise


def prepare(folder: Path) -> None:
    """Make the folder and try to write to it, so that nobody trains for nothing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ConversionError(f"Cannot write to {folder}: {error.strerror}.") from error
