"""The grammar of a country's plates, as data: which symbol may stand at which place."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GRAMMARS = Path(__file__).parent / "grammars"

COLUMNS = 18
"""Of the reader's answer: each holds a symbol or the blank that must stand between two of the same."""


class GrammarError(ValueError):
    """A grammar that cannot be used; the message is one sentence for a person."""


@dataclass(frozen=True)
class Pattern:
    """The symbols allowed at each place, and the numbers of symbols that make a whole plate."""

    places: tuple[str, ...]
    lengths: tuple[int, ...]


@dataclass(frozen=True)
class Grammar:
    """The patterns of a country's plates; without one, any text is allowed."""

    country: str
    patterns: tuple[Pattern, ...]


def load_grammar(country: str, folder: Path = GRAMMARS) -> Grammar:
    """The grammar in `<country>.json`. Raises GrammarError when there is none or it is wrong."""
    try:
        content = (folder / f"{country}.json").read_bytes()
    except OSError as error:
        known = ", ".join(sorted(path.stem for path in folder.glob("*.json")))
        raise GrammarError(f"there is no plate grammar {country!r}; known: {known}") from error
    return parse_grammar(content, f"grammar {country!r}")


def load_grammars(folder: Path = GRAMMARS) -> dict[str, Grammar]:
    """All grammars, by their country. Raises GrammarError when one is wrong."""
    return {path.stem: load_grammar(path.stem, folder) for path in sorted(folder.glob("*.json"))}


def parse_grammar(content: str | bytes, where: str) -> Grammar:
    """A grammar from JSON: `symbols` names sets of symbols, `patterns` strings them together."""
    try:
        data = json.loads(content)
        check_shape(data)
        patterns = tuple(parse_pattern(pattern, data["symbols"]) for pattern in data["patterns"])
        return Grammar(country=data["country"], patterns=patterns)
    except GrammarError as error:
        raise GrammarError(f"{where}: {error}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise GrammarError(f"{where} is not a grammar: {error!r}") from error


def check_shape(data: Any) -> None:
    """Raises GrammarError, KeyError or TypeError for JSON of another shape than a grammar's."""
    country, symbols, patterns = data["country"], data["symbols"], data["patterns"]
    if not isinstance(country, str):
        raise GrammarError(f"country is {country!r} and not a text")
    if not isinstance(symbols, dict):
        raise GrammarError(f"symbols is {symbols!r} and not names with a set of symbols each")
    for name, allowed in symbols.items():
        if not isinstance(allowed, str) or not allowed:
            raise GrammarError(f"the symbols of {name!r} are {allowed!r} and not a text of one symbol or more")
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise GrammarError(f"patterns is {patterns!r} and not a list of texts")


def parse_pattern(pattern: str, symbols: dict[str, str]) -> Pattern:
    """`L DDD LL DD[D]`: a letter a place, spaces for the eye, brackets round symbols at the end that may be missing."""
    match = re.fullmatch(r"(\w+)((?:\[\w+\])*)", pattern.replace(" ", ""))
    if match is None:
        raise GrammarError(f"pattern {pattern!r} is not places with optional ones in brackets at its end")
    parts = [match[1], *re.findall(r"\w+", match[2])]
    lengths, names = [], ""
    for part in parts:
        names += part
        lengths.append(len(names))
    unknown = sorted(set(names) - symbols.keys())
    if unknown:
        raise GrammarError(f"pattern {pattern!r} uses {unknown[0]!r}, which names no symbols")
    places = tuple(symbols[name] for name in names)
    if fewest_columns(places) > COLUMNS:
        raise GrammarError(f"pattern {pattern!r} is longer than the {COLUMNS} columns of the plate reader's answer")
    return Pattern(places, tuple(lengths))


def fewest_columns(places: Sequence[str]) -> int:
    """How many columns the shortest text takes that fills all places: one a symbol, two if the one before is equal."""
    columns = dict.fromkeys(places[0], 1)
    for symbols in places[1:]:
        columns = {
            symbol: min(count + 1 + (symbol == before) for before, count in columns.items()) for symbol in symbols
        }
    return min(columns.values())
