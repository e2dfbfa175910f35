"""What people are shown of a plate."""

import pytest

from platerec_cli.recognize.client import Plate
from platerec_pipeline.plates import REPORTING_THRESHOLD

BOX = (0.0, 0.0, 10.0, 5.0)


@pytest.mark.parametrize(
    ("text", "score", "label"),
    [
        ("A123BC77", REPORTING_THRESHOLD, "A123BC77"),
        ("A123BC77", REPORTING_THRESHOLD - 0.01, "?"),
        ("A123BC77", None, "A123BC77"),
        ("", 0.9, "?"),
    ],
)
def test_a_text_is_shown_when_the_reader_trusts_it(text: str, score: float | None, label: str) -> None:
    assert Plate(text, BOX, score).label == label
