"""How each program of the converter starts: a user's mistake is one sentence and exit code 2."""

import sys
from importlib import import_module
from typing import Any

from platerec_convert.errors import ConversionError


def run(program: str, commands: str, extra: str) -> None:
    """Run the `app` of the module `commands`, whose needs may be in an extra that is not installed."""
    try:
        _load(commands, extra)()
    except ConversionError as error:
        sys.stderr.write(f"{program}: {error}\n")
        raise SystemExit(2) from error


def _load(commands: str, extra: str) -> Any:
    try:
        return import_module(commands).app
    except ModuleNotFoundError as error:
        how = f"in a clone, pip install '.[{extra}]'"
        raise ConversionError(f"{error.name} is missing: it comes with an extra; {how}.") from error
