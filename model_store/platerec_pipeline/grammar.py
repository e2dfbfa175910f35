"""The grammar of a country's plates, as data: which symbol may stand at which place."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

GRAMMARS = Path(__file__).parent / "grammars"


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
        text = (folder / f"{country}.json").read_text(encoding="utf-8")
    except OSError as error:
        known = ", ".join(sorted(path.stem for path in folder.glob("*.json")))
        raise GrammarError(f"there is no plate grammar {country!r}; known: {known}") from error
    return parse_grammar(text, f"grammar {country!r}")


def load_grammars(folder: Path = GRAMMARS) -> dict[str, Grammar]:
    """All grammars, by their country. Raises GrammarError when one is wrong."""
    return {path.stem: load_grammar(path.stem, folder) for path in sorted(folder.glob("*.json"))}


def parse_grammar(text: str, where: str) -> Grammar:
    """A grammar from JSON: `symbols` names sets of symbols, `patterns` strings them together."""
    try:
        data = json.loads(text)
        patterns = tuple(parse_pattern(pattern, data["symbols"]) for pattern in data["patterns"])
        return Grammar(country=data["country"], patterns=patterns)
    except GrammarError as error:
        raise GrammarError(f"{where}: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise GrammarError(f"{where} is not a grammar: {error!r}") from error


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
    return Pattern(places=tuple(symbols[name] for name in names), lengths=tuple(lengths))
