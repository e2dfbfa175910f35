"""Contact sheets: many plates in one picture, to be looked at before anything is trained on them."""

from pathlib import Path

import cv2
import numpy as np

from platerec_convert.errors import ConversionError
from platerec_convert.synthetic.glyphs import load_alphabets
from platerec_convert.synthetic.panel import Picture, draw_panel
from platerec_convert.synthetic.plates import PlateType, draw_plate
from platerec_convert.synthetic.samples import SampleSource, SyntheticSettings
from platerec_convert.synthetic.scenes import SceneSettings, SceneSource

COLUMNS = 8
PANEL_COLUMNS = 4
OUTLINE = (0, 255, 0)


def build_crop_sheet(settings: SyntheticSettings, rows: int) -> Picture:
    """Crops at twice their size, eight in a row."""
    samples = SampleSource(settings).batch(0, rows * COLUMNS)
    return _tiled([_enlarged(sample.crop) for sample in samples], COLUMNS)


def build_scene_sheet(settings: SceneSettings, rows: int) -> Picture:
    """Scenes, eight in a row, with a line around each plate that is to be found."""
    scenes = SceneSource(settings).batch(0, rows * COLUMNS)
    for scene in scenes:
        # The line keeps a distance, so that the plate itself can be judged.
        grown = scene.corners + np.sign(scene.corners - scene.corners.mean(axis=1, keepdims=True)) * 3
        cv2.polylines(scene.picture, list(grown.astype(np.int32)), True, OUTLINE)
    return _tiled([scene.picture for scene in scenes], COLUMNS)


def build_panel_sheet(settings: SyntheticSettings | SceneSettings, rows: int) -> Picture:
    """Plates as drawn, before camera and weather; two columns of type 1, two of type 1A."""
    rng = np.random.default_rng(settings.seed)
    alphabets = load_alphabets(settings.fonts)
    tiles = []
    for number in range(rows * PANEL_COLUMNS):
        type_ = PlateType.ONE_ROW if number % PANEL_COLUMNS < PANEL_COLUMNS // 2 else PlateType.TWO_ROWS
        picture = draw_panel(draw_plate(rng, type_), alphabets, rng).picture
        tiles.append(_fitted(picture))
    return _tiled(tiles, PANEL_COLUMNS)


def write_picture(picture: Picture, path: Path) -> None:
    """Raises ConversionError when the file cannot be written."""
    _, data = cv2.imencode(".png", picture)
    try:
        path.write_bytes(data.tobytes())
    except OSError as error:
        raise ConversionError(f"{path} cannot be written: {error.strerror or error}.") from error


def _enlarged(crop: Picture) -> Picture:
    return np.asarray(cv2.resize(crop, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _fitted(picture: Picture) -> Picture:
    """Half a pixel a millimetre, on a tile of grey that holds either type."""
    tile = np.full((195, 410, 3), 128, np.uint8)
    smaller = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    tile[: smaller.shape[0], : smaller.shape[1]] = smaller[:195, :410]
    return tile


def _tiled(tiles: list[Picture], columns: int) -> Picture:
    return np.vstack([np.hstack(tiles[i : i + columns]) for i in range(0, len(tiles), columns)])
