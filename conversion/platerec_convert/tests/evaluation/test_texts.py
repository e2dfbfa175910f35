import pytest

from platerec_convert.evaluation.texts import as_read, parse_text


@pytest.mark.parametrize("typed", ["X836YH76", "x836yh76", "Х836УН76", "х836ун76", " х 836 ун 76 "])  # noqa: RUF001
def test_a_plate_may_be_typed_in_either_alphabet_and_in_small_letters(typed: str) -> None:
    assert as_read(typed) == "X836YH76"


def test_what_has_no_look_alike_stays() -> None:
    assert as_read("дz-1") == "ДZ-1"


@pytest.mark.parametrize(("typed", "sentence"), [("  ", "there is no text"), ("дz-1", "the reader knows no 'Д'")])
def test_what_the_reader_cannot_write_is_named(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_text(typed)
