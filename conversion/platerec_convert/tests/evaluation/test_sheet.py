"""Failures are shown, however many."""

from pathlib import Path

import numpy as np
import pytest

from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.sheet import COLUMNS, MOST, TILE, Failure, build_sheet, cut_out, write_sheet

RED = Failure(np.full((10, 40, 3), (0, 0, 255), dtype=np.uint8), "Y836XH76", "", "a.png 0")


@pytest.mark.parametrize(("failures", "rows"), [(0, 1), (1, 1), (COLUMNS + 1, 2), (MOST + 50, MOST // COLUMNS)])
def test_the_sheet_has_a_tile_for_each_up_to_a_limit(failures: int, rows: int) -> None:
    assert build_sheet([RED] * failures).size == (TILE[0] * COLUMNS, TILE[1] * rows)


def test_a_tile_shows_the_plate_in_its_colours() -> None:
    assert build_sheet([RED]).getpixel((20, 20)) == (255, 0, 0)


@pytest.mark.parametrize("box", [(-20, -20, 10, 5), (190, 95, 260, 130), (500, 500, 600, 600), (5, 5, 5, 5)])
def test_boxes_at_and_beyond_the_edge_are_cut_out_too(box: tuple[float, float, float, float]) -> None:
    picture = cut_out(np.zeros((100, 200, 3), dtype=np.uint8), box)
    assert min(picture.shape) > 0


def test_a_sheet_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConversionError, match=r"sheet\.png cannot be written: "):
        write_sheet([RED], tmp_path / "file" / "sheet.png")
    with pytest.raises(ConversionError, match=r"use a name ending in \.png"):
        write_sheet([RED], tmp_path / "sheet.unknown")
