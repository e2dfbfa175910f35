"""A country's plates are a file."""

import json
from pathlib import Path

import pytest

from platerec_pipeline.grammar import GrammarError, Pattern, load_grammar, load_grammars, parse_grammar, parse_pattern

SYMBOLS = {"L": "AB", "D": "12"}


def test_russian_plates_have_regions_of_two_or_three_digits() -> None:
    (pattern,) = load_grammar("ru").patterns
    assert pattern.lengths == (8, 9)
    assert pattern.places[0] == "ABCEHKMOPTXY"
    assert pattern.places[-1] == "0123456789"


def test_brackets_hold_what_may_be_missing() -> None:
    assert parse_pattern("L D[D][L]", SYMBOLS) == Pattern(("AB", "12", "12", "AB"), (2, 3, 4))


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("L[D]D", "is not places with optional ones in brackets at its end"),
        ("", "is not places"),
        ("L X", "uses 'X', which names no symbols"),
    ],
)
def test_a_wrong_pattern_is_named(pattern: str, sentence: str) -> None:
    with pytest.raises(GrammarError, match=sentence):
        parse_pattern(pattern, SYMBOLS)


@pytest.mark.parametrize("text", ["", "[]", '{"country": "xx"}'])
def test_a_file_that_is_no_grammar_is_named(text: str) -> None:
    with pytest.raises(GrammarError, match="grammar 'xx' is not a grammar"):
        parse_grammar(text, "grammar 'xx'")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"country": 7}, "country is 7 and not a text"),
        ({"symbols": ["AB"]}, r"symbols is \['AB'\] and not names with a set of symbols each"),
        ({"symbols": {"L": ""}}, "the symbols of 'L' are '' and not a text of one symbol or more"),
        ({"symbols": {"L": 5}}, "the symbols of 'L' are 5 and not a text"),
        ({"patterns": 3}, "patterns is 3 and not a list of texts"),
        ({"patterns": "LL"}, "patterns is 'LL' and not a list of texts"),
        ({"patterns": [3]}, r"patterns is \[3\] and not a list of texts"),
    ],
)
def test_json_of_another_shape_is_named(change: dict[str, object], sentence: str) -> None:
    text = json.dumps({"country": "xx", "symbols": {"L": "AB"}, "patterns": ["LL"]} | change)
    with pytest.raises(GrammarError, match=f"grammar 'xx': {sentence}"):
        parse_grammar(text, "grammar 'xx'")


@pytest.mark.parametrize("pattern", ["L" * 18, "1" * 9, "L" * 8 + "[" + "D" * 10 + "]"])
def test_a_pattern_may_fill_the_readers_columns(pattern: str) -> None:
    parse_pattern(pattern, SYMBOLS | {"1": "1"})


@pytest.mark.parametrize("pattern", ["L" * 19, "L[" + "D" * 18 + "]", "1" * 10, "L" * 16 + "112", "1" * 9 + "D2"])
def test_a_pattern_that_the_reader_has_no_columns_for_is_refused(pattern: str) -> None:
    """Equal neighbours take a column more, for the blank between them."""
    with pytest.raises(GrammarError, match="is longer than the 18 columns"):
        parse_pattern(pattern, SYMBOLS | {"1": "1", "2": "2"})


@pytest.mark.parametrize("content", [b"\xff", b"[" * 100_000])
def test_a_file_that_is_no_json_is_no_grammar(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "xx.json").write_bytes(content)
    with pytest.raises(GrammarError, match="grammar 'xx' is not a grammar"):
        load_grammar("xx", tmp_path)


def test_an_unknown_country_is_told_which_are_known() -> None:
    with pytest.raises(GrammarError, match=r"no plate grammar 'de'; known: .*ru"):
        load_grammar("de")


def test_all_grammars_are_loaded_by_their_country() -> None:
    assert {"ru", "any"} <= load_grammars().keys()


def test_one_wrong_grammar_is_found_when_all_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "xx.json").write_text("{}")
    with pytest.raises(GrammarError, match="grammar 'xx' is not a grammar"):
        load_grammars(tmp_path)
