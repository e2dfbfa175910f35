"""The street of the examples, which the tests show to recognizers, and the plates that they must read in it."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
STREET = ROOT / "examples/street.jpg"
FIRST_CAR = 320
"""Rows of the picture above which no car is seen."""


def expected_texts() -> set[str]:
    """The labelled plates that the built models read, as the golden sample of their release says."""
    (labelled,) = json.loads(STREET.with_suffix(".json").read_text())["files"]
    (sample,) = json.loads((ROOT / "build/models/golden/golden.json").read_text())["samples"]
    expected = {plate["text"] for plate in sample["plates"]} & {plate["text"] for plate in labelled["plates"]}
    assert expected, "the built models read no plate of the street"
    return expected
