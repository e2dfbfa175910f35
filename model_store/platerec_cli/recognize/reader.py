"""The loop: every frame of every source to the server, its plates to standard output and the disk."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from platerec_cli.recognize.client import Client, RefusedError
from platerec_cli.recognize.draw import draw_plates
from platerec_cli.recognize.save import open_target
from platerec_cli.recognize.sources import FileError, Source, count_frames, read_frames
from platerec_cli.recognize.table import Reading, build_line


class Reader:
    """Reads sources one after the other, with a progress bar when there is more than one picture."""

    def __init__(self, client: Client, targets: dict[Source, Path], *, as_json: bool) -> None:
        self._client, self._targets, self._as_json = client, targets, as_json

    def read_all(self, sources: Sequence[Source]) -> tuple[list[Reading], list[FileError | RefusedError]]:
        """The answers to all frames, and why a source could not be read or saved, or was refused; each names it."""
        readings: list[Reading] = []
        complaints: list[FileError | RefusedError] = []
        with _progress(shown=len(sources) > 1 or sources[0].is_video) as progress:
            counts = [count_frames(source) for source in sources]
            total = None if None in counts else sum(count or 0 for count in counts)
            task = progress.add_task("Reading plates", total=total)
            for source in sources:
                try:
                    for reading in self._read(source):
                        readings.append(reading)
                        progress.advance(task)
                except FileError as error:
                    complaints.append(error)
                except RefusedError as error:
                    complaints.append(RefusedError(f"{source.path}: {error}"))
        return readings, complaints

    def _read(self, source: Source) -> Iterator[Reading]:
        target = self._targets.get(source)
        with open_target(source, target) if target else nullcontext() as save:
            for number, frame in enumerate(read_frames(source)):
                reading = Reading(source, number, self._client.recognize(frame))
                if save:
                    save(draw_plates(frame, reading.answer.plates))
                if self._as_json:
                    typer.echo(build_line(reading))
                yield reading


def _progress(*, shown: bool) -> Progress:
    """On stderr, and only where a person watches: elsewhere not even an empty line is left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not (shown and console.is_terminal))
