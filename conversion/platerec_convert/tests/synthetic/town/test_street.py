"""The rendered street: the same for a seed, and its labels say what can be seen in it."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.labels import read_labels
from platerec_convert.synthetic.camera import CROP_HEIGHT, CROP_WIDTH, cut_quad
from platerec_convert.synthetic.town.files import TOO_NARROW, label_street, write_street
from platerec_convert.synthetic.town.street import HEIGHT, WIDTH, Street, build_street

EXAMPLES = Path(__file__).parents[5] / "examples"


@pytest.fixture(scope="module")
def street() -> Street:
    return build_street()


def test_a_seed_gives_the_same_labels_and_the_same_picture(street: Street) -> None:
    assert label_street(build_street(), "a.jpg") == label_street(street, "a.jpg")
    one, two = (build_street(seed=3, width=96).photograph() for _ in range(2))
    assert one.shape == (54, 96, 3)
    assert np.array_equal(one, two)


def test_another_seed_gives_other_plates(street: Street) -> None:
    assert {plate.text for plate in build_street(seed=3).plates}.isdisjoint(plate.text for plate in street.plates)


def test_plates_of_many_widths_straight_and_slanted_lie_in_the_frame(street: Street) -> None:
    corners = np.stack([plate.corners for plate in street.plates])
    assert (corners > 0).all()
    assert (corners < [WIDTH, HEIGHT]).all()
    across, down = corners[:, 1] - corners[:, 0], corners[:, 3] - corners[:, 0]
    assert (across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0] > 0).all(), "corners go clockwise"
    widths = np.array([plate.width for plate in street.plates])
    assert (widths > TOO_NARROW).sum() >= 5
    assert widths.max() > 150
    slopes = np.abs(across[:, 1] / across[:, 0])
    assert slopes.min() < 0.02
    assert slopes.max() > 0.1


def test_the_example_is_the_street_of_the_usual_seed(street: Street) -> None:
    """`platerec-train street --out examples/street.jpg` writes it anew."""
    assert read_labels(EXAMPLES / "street.json") == label_street(street, "street.jpg")


def test_the_example_shows_the_plates_that_its_labels_name(street: Street) -> None:
    picture = cv2.imread(str(EXAMPLES / "street.jpg"), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    assert picture.shape == (HEIGHT, WIDTH)
    for plate in street.plates:
        if plate.width > TOO_NARROW:
            crop, _ = cut_quad(np.asarray(picture, dtype=np.uint8), plate.corners, plate.corners)
            flat = cv2.resize(cv2.cvtColor(plate.flat, cv2.COLOR_BGR2GRAY), (CROP_WIDTH, CROP_HEIGHT))
            assert np.corrcoef(crop.ravel(), cv2.blur(flat, (3, 3)).ravel())[0, 1] > 0.6, plate.text


def test_picture_and_labels_are_written_side_by_side(tmp_path: Path) -> None:
    small = build_street(seed=3, width=96)
    write_street(small, tmp_path / "small.jpg")
    assert (tmp_path / "small.jpg").read_bytes().startswith(b"\xff\xd8")
    assert read_labels(tmp_path / "small.json") == label_street(small, "small.jpg")
    with pytest.raises(ConversionError, match="cannot be written"):
        write_street(small, tmp_path / "none" / "small.jpg")
