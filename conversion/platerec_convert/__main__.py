"""Starts `platerec-convert`."""

from platerec_convert.console import run


def main() -> None:
    """Run the command line."""
    run("platerec-convert", "platerec_convert.commands", "convert")


if __name__ == "__main__":
    main()
