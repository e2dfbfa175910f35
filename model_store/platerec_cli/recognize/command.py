"""The `recognize` command: options, exit codes, tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from platerec_cli.recognize.client import Client, Protocol, RefusedError, ServerError
from platerec_cli.recognize.reader import Reader
from platerec_cli.recognize.save import build_targets
from platerec_cli.recognize.sources import FileError, find_sources, split_unreadable
from platerec_cli.recognize.table import Reading, build_picture_table, build_video_table

SERVER_TROUBLE = 1
BAD_FILE = 2

Pictures = Annotated[list[Path], typer.Argument(metavar="PICTURE", help="Pictures, folders, videos.")]
Url = Annotated[str, typer.Option(help="host:port of Triton; if not given localhost:8001 (8000 over HTTP).")]
Http = Annotated[bool, typer.Option("--http/--grpc", help="The protocol to ask over.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Save annotated pictures and videos here.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for each frame, nothing else.")]
Model = Annotated[str, typer.Option(help="The name of the pipeline.")]


def recognize(
    pictures: Pictures,
    url: Url = "",
    http: Http = False,
    out: Out = None,
    as_json: Json = False,
    model: Model = "plate_recognition",
) -> None:
    """Read the plates in pictures, folders of pictures and videos.

    Exit code 1: the server cannot be asked, or refuses a frame. Exit code 2: a file is no picture.

    A file that is refused or no picture keeps no other from being read.
    """
    protocol = Protocol.HTTP if http else Protocol.GRPC
    try:
        found = find_sources(pictures)
        targets = build_targets(found, out) if out else {}
    except FileError as error:
        _fail([error], BAD_FILE)
    sources, unreadable = split_unreadable(found)
    if not sources:
        _fail(unreadable, BAD_FILE)
    try:
        with Client(url or f"localhost:{protocol.port}", protocol, model) as client:
            readings, trouble = Reader(client, targets, as_json=as_json).read_all(sources)
    except FileError as error:
        _fail([*unreadable, error], BAD_FILE)
    except ServerError as error:
        _fail([*unreadable, error], SERVER_TROUBLE)
    complaints = [*unreadable, *trouble]
    if not as_json:
        _print_tables(readings)
    if complaints:
        refused = any(isinstance(complaint, RefusedError) for complaint in complaints)
        _fail(complaints, SERVER_TROUBLE if refused else BAD_FILE)


def _print_tables(readings: Sequence[Reading]) -> None:
    console = Console()
    pictures = [reading for reading in readings if not reading.source.is_video]
    if pictures:
        console.print(build_picture_table(pictures))
    for video in dict.fromkeys(reading.source for reading in readings if reading.source.is_video):
        console.print(build_video_table([reading for reading in readings if reading.source == video]))


def _fail(complaints: Sequence[Exception], code: int) -> NoReturn:
    for complaint in complaints:
        typer.echo(str(complaint), err=True)
    raise typer.Exit(code)
