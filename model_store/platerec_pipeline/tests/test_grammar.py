"""A country's plates are a file."""

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


def test_an_unknown_country_is_told_which_are_known() -> None:
    with pytest.raises(GrammarError, match=r"no plate grammar 'de'; known: .*ru"):
        load_grammar("de")


def test_all_grammars_are_loaded_by_their_country() -> None:
    assert {"ru", "any"} <= load_grammars().keys()


def test_one_wrong_grammar_is_found_when_all_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "xx.json").write_text("{}")
    with pytest.raises(GrammarError, match="grammar 'xx' is not a grammar"):
        load_grammars(tmp_path)
