"""`platerec`: puts the commands together."""

import typer

from platerec_cli.recognize.command import recognize
from platerec_cli.release.command import app as release

app = typer.Typer(name="platerec", help="Plate recognition on Triton: releases and recognition.", no_args_is_help=True)
app.command()(recognize)
app.add_typer(release, name="release")


def main() -> None:
    """The entry point of the `platerec` script."""
    app()


if __name__ == "__main__":
    main()
