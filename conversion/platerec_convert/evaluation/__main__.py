"""Starts `platerec-eval`."""

from platerec_convert.console import run


def main() -> None:
    """Run the command line."""
    run("platerec-eval", "platerec_convert.evaluation.commands", "convert")


if __name__ == "__main__":
    main()
