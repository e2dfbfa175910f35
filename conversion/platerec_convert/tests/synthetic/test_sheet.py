from pathlib import Path

import cv2
import pytest

from platerec_convert.errors import ConversionError
from platerec_convert.synthetic.samples import SyntheticSettings
from platerec_convert.synthetic.scenes import SceneSettings
from platerec_convert.synthetic.sheet import (
    OUTLINE,
    build_crop_sheet,
    build_panel_sheet,
    build_scene_sheet,
    write_picture,
)


def test_a_sheet_is_written_as_a_picture_of_all_its_crops(tmp_path: Path) -> None:
    write_picture(build_crop_sheet(SyntheticSettings(seed=1), rows=2), tmp_path / "sheet.png")
    picture = cv2.imread(str(tmp_path / "sheet.png"))
    assert picture is not None
    assert picture.shape == (2 * 48, 8 * 188, 3)


def test_a_sheet_of_panels_shows_both_types() -> None:
    sheet = build_panel_sheet(SyntheticSettings(seed=1), rows=1)
    assert sheet.shape == (195, 4 * 410, 3)
    # Plates of type 1A are narrower: their tiles end in grey.
    assert (sheet[:, -60:] == 128).all()
    assert not (sheet[:166, 350:409] == 128).all()


def test_a_sheet_of_scenes_shows_where_the_plates_are() -> None:
    sheet = build_scene_sheet(SceneSettings(seed=1, side=96, widest=40, panels=4), rows=1)
    assert sheet.shape == (96, 8 * 96, 3)
    assert (sheet == OUTLINE).all(axis=2).any()


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="cannot be written"):
        write_picture(build_panel_sheet(SyntheticSettings(seed=1), rows=1), tmp_path / "none" / "sheet.png")
