"""Annotated pictures and videos on disk."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PIL import Image

from platerec_cli.recognize.client import Frame
from platerec_cli.recognize.sources import PICTURES, FileError, Source, load_video


def build_targets(sources: Sequence[Source], folder: Path) -> dict[Source, Path]:
    """The file to write for each source. Raises FileError where two would meet, or meet a source."""
    originals = {source.path.resolve() for source in sources}
    targets = {source: folder / _name(source) for source in sources}
    first: dict[Path, Source] = {}
    for source, target in targets.items():
        if target.resolve() in originals:
            raise FileError(f"{target}: would overwrite the original, name another folder with --out.")
        if target in first:
            both = f"{first[target].path} and {source.path}"
            raise FileError(f"{both} would both become {target}: read them one by one.")
        first[target] = source
    return targets


def _name(source: Source) -> Path:
    if source.is_video:
        return source.name.with_suffix(".mp4")
    return source.name if source.name.suffix.lower() in PICTURES else source.name.with_suffix(".png")


@contextmanager
def open_target(source: Source, target: Path) -> Iterator[Callable[[Frame], None]]:
    """A function that takes the annotated frames of a source, one after the other."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_video:
            with load_video().open_writer(source.path, target) as write:
                yield write
        else:
            yield partial(_write_picture, target)
    except OSError as error:
        raise FileError(f"{target}: cannot be written: {error.strerror}.") from error


def _write_picture(target: Path, frame: Frame) -> None:
    Image.fromarray(frame[..., ::-1]).save(target, quality=92)
