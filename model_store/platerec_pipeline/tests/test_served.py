"""The four models on a real Triton."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import tritonclient.grpc
import tritonclient.http
from PIL import Image
from tritonclient.utils import InferenceServerException

from platerec_pipeline.tests.conftest import Plate, Served

pytestmark = pytest.mark.triton

PROTOCOLS = pytest.mark.parametrize("protocol", [tritonclient.grpc, tritonclient.http], ids=["grpc", "http"])


def texts(result: Any) -> list[str]:
    return [text.decode() for text in result.as_numpy("texts")[:, 0]]


def iou(one: Any, other: Any) -> float:
    sides = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    shared = float(np.prod(np.clip(sides, 0, None)))
    areas = sum(float(np.prod(box[2:] - box[:2])) for box in (one, other))
    return shared / (areas - shared)


@PROTOCOLS
def test_the_plates_of_a_street_are_read(served: Served, street: Any, plates: list[Plate], protocol: Any) -> None:
    result = served.ask(street, protocol=protocol)
    boxes, scores = result.as_numpy("coordinates"), result.as_numpy("detection_scores")[:, 0]
    for plate in plates:
        row = texts(result).index(plate.text)
        assert iou(boxes[row], plate.box) > 0.5
        assert 0 < result.as_numpy("text_scores")[row, 0] <= 1
    assert (np.diff(scores) <= 0).all()
    assert scores[-1] >= 0.4
    assert result.as_numpy("release").tolist() == [b"own"]


@PROTOCOLS
def test_an_rgb_frame_gives_what_its_bgr_twin_gives(served: Served, street: Any, protocol: Any) -> None:
    bgr = served.ask(street, protocol=protocol)
    rgb = served.ask(street[:, :, ::-1], protocol=protocol, parameters={"color": "rgb"})
    for name in ("coordinates", "texts", "text_scores"):
        np.testing.assert_array_equal(rgb.as_numpy(name), bgr.as_numpy(name))


@PROTOCOLS
def test_a_frame_without_a_plate_gives_no_rows(served: Served, street: Any, protocol: Any) -> None:
    above_the_cars = street[:320]
    result = served.ask(above_the_cars, protocol=protocol)
    assert result.as_numpy("coordinates").shape == (0, 4)
    assert result.as_numpy("texts").shape == (0, 1)
    assert result.as_numpy("text_scores").shape == (0, 1)


def test_only_the_outputs_that_were_asked_for_are_answered(served: Served, street: Any) -> None:
    result = served.ask(street, outputs=("texts",))
    assert [output.name for output in result.get_response().outputs] == ["texts"]


@pytest.mark.parametrize("size", [(960, 540), (1280, 720), (2560, 1440), (1400, 1400)], ids=str)
def test_boxes_are_in_pixels_of_the_frame_that_was_sent(
    served: Served, street: Any, plates: list[Plate], size: tuple[int, int]
) -> None:
    frame = np.asarray(Image.fromarray(street).resize(size, Image.Resampling.BICUBIC))
    scale = np.tile([size[0] / street.shape[1], size[1] / street.shape[0]], 2)
    boxes = served.ask(frame).as_numpy("coordinates")
    assert max(iou(box, plates[0].box * scale) for box in boxes) > 0.5


def test_a_plate_at_the_edge_keeps_its_box_inside_the_frame(served: Served, street: Any, plates: list[Plate]) -> None:
    x1, y1, x2, y2 = plates[0].box.astype(int)
    frame = street[: (y1 + 3 * y2) // 4, (3 * x1 + x2) // 4 :]  # cuts the plate's left and lower parts off
    served.pin(threshold=0.05)
    boxes = served.ask(frame).as_numpy("coordinates")
    assert len(boxes)
    assert (boxes >= 0).all()
    assert (boxes[:, [0, 2]] <= frame.shape[1]).all()
    assert (boxes[:, [1, 3]] <= frame.shape[0]).all()


@pytest.mark.parametrize("most", [5, 64, 128])
def test_many_plates_are_read_up_to_the_cap(served: Served, street: Any, plates: list[Plate], most: int) -> None:
    served.pin(max_plates=most, threshold=0.05)
    x1, y1, x2, y2 = plates[0].box.astype(int)
    crowd = np.tile(street[y1 - 30 : y2 + 30, x1 - 30 : x2 + 30], (14, 10, 1))
    result = served.ask(crowd)
    assert len(texts(result)) == most
    assert texts(result).count(plates[0].text) > 0.9 * most


@pytest.mark.parametrize(
    ("spoil", "parameters", "sentence"),
    [
        (lambda street: street.astype(np.float32), {}, "data-type is 'FP32'.*expects 'UINT8'"),
        (lambda street: street[:, :, 0], {}, r"Expected \[-1,-1,3\], got \[1080,1920\]"),
        (lambda street: street[:, :, :1], {}, r"Expected \[-1,-1,3\], got \[1080,1920,1\]"),
        (lambda street: street[:0], {}, r"an empty frame of shape \[0, 1920, 3\]"),
        (lambda street: street, {"color": "hsv"}, "color must be 'bgr' or 'rgb', not 'hsv'"),
    ],
    ids=["dtype", "rank", "grey", "zero-size", "colour"],
)
def test_a_bad_request_fails_alone(
    served: Served, street: Any, plates: list[Plate], spoil: Any, parameters: Any, sentence: str
) -> None:
    with ThreadPoolExecutor(4) as pool:
        good = [pool.submit(served.ask, street) for _ in range(3)]
        bad = pool.submit(served.ask, spoil(street), parameters=parameters)
        with pytest.raises(InferenceServerException, match=sentence) as caught:
            bad.result()
        assert all(plates[0].text in texts(answer.result()) for answer in good)
    assert caught.value.status() == "StatusCode.INVALID_ARGUMENT"


def test_the_next_request_after_a_commit_is_answered_by_the_new_release(served: Served, street: Any) -> None:
    served.pin("old")
    old = served.ask(street)
    served.pin("new")
    new = served.ask(street)
    assert (old.as_numpy("release")[0], new.as_numpy("release")[0]) == (b"old", b"new")


def test_requests_are_counted_by_release_and_by_whose_fault_they_were(served: Served, street: Any) -> None:
    served.pin("counted")
    for _ in range(3):
        served.ask(street)
    with pytest.raises(InferenceServerException):
        served.ask(street, parameters={"color": "hsv"})
    with tritonclient.grpc.InferenceServerClient(served.grpc_url) as client:
        client.unload_model("plate_reader_v1")
        with pytest.raises(InferenceServerException):
            served.ask(street)
        client.load_model("plate_reader_v1")
    assert served.counted("counted") == {"answered": 3, "refused": 1, "failed": 1}


def test_before_the_first_commit_a_request_is_told_so(served: Served, street: Any) -> None:
    served.pins.unlink()
    with pytest.raises(InferenceServerException, match="No release is active yet") as caught:
        served.ask(street)
    assert caught.value.status() == "StatusCode.UNAVAILABLE"


def test_a_sub_model_that_is_not_loaded_is_named(served: Served, street: Any, plates: list[Plate]) -> None:
    with tritonclient.grpc.InferenceServerClient(served.grpc_url) as client:
        client.unload_model("plate_reader_v1")
        with pytest.raises(InferenceServerException, match="plate_reader_v1") as caught:
            served.ask(street)
        assert caught.value.status() == "StatusCode.UNAVAILABLE"
        client.load_model("plate_reader_v1")
    assert plates[0].text in texts(served.ask(street))
