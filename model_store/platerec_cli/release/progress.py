"""The progress bar of an upload."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn


@contextmanager
def upload_progress(release: str, total: int) -> Iterator[Callable[[int], None]]:
    """Shows how many of `total` bytes are in the store; on stderr, and only where a person watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"Publishing {release}", total=total)
        yield lambda done: progress.advance(task, done)
