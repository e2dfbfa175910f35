"""Starts `platerec-train`."""

from platerec_convert.console import run


def main() -> None:
    """Run the command line."""
    run("platerec-train", "platerec_convert.training.commands", "train")


if __name__ == "__main__":
    main()
