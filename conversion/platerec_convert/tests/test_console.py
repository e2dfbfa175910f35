"""Each program starts the same way."""

import pytest

from platerec_convert.console import run


def test_a_missing_extra_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        run("platerec-train", "nowhere.commands", "train")
    assert end.value.code == 2
    sentence = "platerec-train: nowhere is missing: it comes with an extra; in a clone, pip install '.[train]'.\n"
    assert capsys.readouterr().err == sentence
