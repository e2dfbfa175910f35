"""What a client sends is checked before a model sees it."""

import numpy as np
import pytest

from platerec_pipeline.request import RequestError, parse_frame

FRAME = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3)


@pytest.mark.parametrize("parameters", ["", "{}", '{"color": "bgr"}', '{"other": 5}'])
def test_a_frame_is_bgr_unless_the_request_says_otherwise(parameters: str) -> None:
    assert parse_frame(FRAME, parameters) is FRAME


def test_an_rgb_frame_is_turned_round() -> None:
    frame = parse_frame(FRAME, '{"color": "rgb"}')
    np.testing.assert_array_equal(frame, FRAME[:, :, ::-1])
    assert frame.flags.c_contiguous


@pytest.mark.parametrize(
    ("pixels", "sentence"),
    [
        (FRAME.astype(np.float32), "must be UINT8, not float32"),
        (FRAME[:, :, 0], r"shape \[height, width, 3\], not \[4, 5\]"),
        (FRAME[None], r"not \[1, 4, 5, 3\]"),
        (FRAME[:, :, :1], "3 colour channels, not 1"),
        (FRAME[:0], r"an empty frame of shape \[0, 5, 3\]"),
        (FRAME[:, :0], r"an empty frame of shape \[4, 0, 3\]"),
    ],
)
def test_what_is_no_frame_gets_a_sentence(pixels: np.ndarray, sentence: str) -> None:
    with pytest.raises(RequestError, match=sentence):
        parse_frame(pixels, "")


@pytest.mark.parametrize("parameters", ['{"color": "hsv"}', '{"color": 3}'])
def test_an_unknown_order_of_colours_gets_a_sentence(parameters: str) -> None:
    with pytest.raises(RequestError, match="color must be 'bgr' or 'rgb'"):
        parse_frame(FRAME, parameters)
