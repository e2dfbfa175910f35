"""Where frames come from: pictures, folders of them, and videos; a frame is BGR, as the pipeline takes it."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from platerec_cli.recognize.client import Frame

PICTURES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
VIDEOS = frozenset({".avi", ".m4v", ".mkv", ".mov", ".mp4", ".ts", ".webm"})


class FileError(Exception):
    """A file that cannot be read or written; the message is one sentence that names it."""


@dataclass(frozen=True)
class Source:
    """A picture or a video; `name` is its path from the folder that the user named."""

    path: Path
    name: Path

    @property
    def is_video(self) -> bool:
        """Whether it may hold more than one frame: its suffix says so."""
        return self.path.suffix.lower() in VIDEOS


def find_sources(paths: Sequence[Path]) -> list[Source]:
    """Every file that was named, and of every folder the pictures and videos below it, by name.

    Raises FileError for a path that does not exist, for one that is no file (a pipe, say, which could make us wait
    for ever) and for a folder that holds neither.
    """
    return [source for path in paths for source in _find(path)]


def _find(path: Path) -> list[Source]:
    if not path.exists():
        raise FileError(f"{path}: no such file or folder.")
    if path.is_file():
        return [Source(path, Path(path.name))]
    if not path.is_dir():
        raise FileError(f"{path}: neither a file nor a folder.")
    below = sorted(file for file in path.rglob("*") if file.suffix.lower() in PICTURES | VIDEOS and file.is_file())
    if not below:
        raise FileError(f"{path}: no picture and no video in this folder.")
    return [Source(file, path.resolve().name / file.relative_to(path)) for file in below]


def split_unreadable(sources: Sequence[Source]) -> tuple[list[Source], list[FileError]]:
    """The sources that may be read, and why the others are no pictures, as their first bytes say."""
    readable, errors = [], []
    for source in sources:
        try:
            if not source.is_video:
                with _opened(source.path):
                    pass
            readable.append(source)
        except FileError as error:
            errors.append(error)
    return readable, errors


def count_frames(source: Source) -> int | None:
    """How many frames to expect; None when a video does not say."""
    count: int | None = load_video().count_frames(source.path) if source.is_video else 1
    return count


def read_frames(source: Source) -> Iterator[Frame]:
    """The frames of a source in order. Raises FileError when there is not one."""
    if not source.is_video:
        yield _read_picture(source.path)
        return
    empty = True
    for frame in load_video().read_frames(source.path):
        empty = False
        yield frame
    if empty:
        raise FileError(f"{source.path}: not a video that OpenCV can read.")


def load_video() -> ModuleType:
    """The module that needs OpenCV, which the server's image does without: it is as large as all the rest."""
    try:
        return import_module("platerec_cli.recognize.video")
    except ImportError as error:
        raise FileError("Videos need OpenCV: in a clone, pip install '.[video]'.") from error


def _read_picture(path: Path) -> Frame:
    with _opened(path) as picture:
        upright = _eight_bits(ImageOps.exif_transpose(picture)).convert("RGB")
    return np.ascontiguousarray(np.asarray(upright)[..., ::-1])


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """A picture; what goes wrong with it, also later, becomes a FileError."""
    try:
        with (
            warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning),
            Image.open(path) as picture,
        ):
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileError(f"{path}: too large, a picture may have {Image.MAX_IMAGE_PIXELS} pixels.") from error
    except (UnidentifiedImageError, SyntaxError, ValueError) as error:
        raise FileError(f"{path}: not a picture that can be read.") from error
    except OSError as error:  # the system's errors have a number, those of broken pictures have not
        reason = f"{error.strerror}" if error.errno else "not a picture that can be read"
        raise FileError(f"{path}: {reason}.") from error


def _eight_bits(picture: Image.Image) -> Image.Image:
    """A grey picture of 16 bits a pixel with 8 of them: Pillow's own conversion would turn all but black to white."""
    if not picture.mode.startswith("I;16"):
        return picture
    return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
