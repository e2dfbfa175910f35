"""The detector's graph round its network: resizing, the choice of boxes, crops."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from platerec_convert.networks.crops import corners_of
from platerec_convert.networks.detector import DetectorSettings, PlateDetector, fitted_size, resized, suppressed


class Fixed(nn.Module):
    """Answers with given boxes, in shares of what it is shown, and scores."""

    def __init__(self, boxes: list[list[float]], scores: list[float]) -> None:
        super().__init__()
        self.boxes, self.scores = torch.tensor(boxes).view(-1, 4), torch.tensor(scores)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        sides = torch.tensor([x.shape[3], x.shape[2]] * 2)
        return corners_of(self.boxes * sides), self.scores


class Slanted(nn.Module):
    """Answers with given corners, in shares of what it is shown, equally sure of all."""

    def __init__(self, quads: list[list[list[float]]]) -> None:
        super().__init__()
        self.quads = torch.tensor(quads)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.quads * torch.tensor([x.shape[3], x.shape[2]]), torch.full((len(self.quads),), 0.9)


def detect(frame: Tensor, boxes: list[list[float]], scores: list[float], **settings: Any) -> tuple[Tensor, ...]:
    detector = PlateDetector(Fixed(boxes, scores), DetectorSettings(candidates=len(boxes), **settings))
    answer: tuple[Tensor, ...] = detector(frame)
    return answer


FRAME = torch.zeros(100, 400, 3, dtype=torch.uint8)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1080, 1920), (736, 1280)),
        ((1920, 1080), (1280, 736)),
        ((720, 1280), (736, 1280)),
        ((480, 640), (960, 1280)),
        ((1, 4000), (32, 1280)),
    ],
)
def test_frames_keep_their_shape_up_to_a_stride(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert tuple(fitted_size(torch.tensor(size), 1280).tolist()) == expected


@pytest.mark.parametrize("size", [(100, 400), (1080, 1920), (33, 7)])
def test_boxes_are_in_pixels_of_the_frame(size: tuple[int, int]) -> None:
    boxes, _, _ = detect(torch.zeros(*size, 3, dtype=torch.uint8), [[0.25, 0.5, 0.75, 1.0]], [0.9])
    expected = torch.tensor([[0.25 * size[1], 0.5 * size[0], 0.75 * size[1], size[0]]])
    torch.testing.assert_close(boxes, expected, rtol=1e-4, atol=1e-3)


def test_boxes_are_clipped_to_the_frame() -> None:
    boxes, _, _ = detect(FRAME, [[-0.5, -0.1, 0.5, 2.0]], [0.9])
    assert boxes.tolist() == [[0, 0, 200, 100]]


def test_the_best_comes_first_and_what_is_below_the_floor_is_left_out() -> None:
    _, scores, _ = detect(FRAME, [[0, 0, 0.1, 1], [0.2, 0, 0.3, 1], [0.4, 0, 0.5, 1]], [0.5, 0.01, 0.8])
    torch.testing.assert_close(scores, torch.tensor([0.8, 0.5]))


def test_a_box_that_overlaps_a_better_one_is_left_out() -> None:
    boxes, _, _ = detect(FRAME, [[0, 0, 0.5, 1], [0.05, 0, 0.55, 1], [0.4, 0, 0.9, 1]], [0.8, 0.9, 0.7])
    torch.testing.assert_close(boxes[:, 0], torch.tensor([20.0, 160.0]))


def test_boxes_without_an_area_are_left_out() -> None:
    assert suppressed(torch.tensor([[0.0, 0, 4, 4], [8, 8, 8, 20]]), 0.5).tolist() == [False, True]


def test_no_more_boxes_than_the_contract_allows() -> None:
    boxes = [[n / 200, 0, (n + 0.9) / 200, 1] for n in range(200)]
    answer = detect(FRAME, boxes, [0.9] * 200)
    assert [x.shape for x in answer] == [(128, 4), (128,), (128, 3, 24, 94)]


def test_no_plate_is_no_rows() -> None:
    answer = detect(FRAME, [[0, 0, 0.5, 1]], [0.01])
    assert [x.shape for x in answer] == [(0, 4), (0,), (0, 3, 24, 94)]


def test_the_network_sees_the_frame_as_it_is() -> None:
    seen = []

    class Recorder(Fixed):
        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            seen.append(x[0, :, 0, 0].tolist())
            return super().forward(x)

    blue = torch.tensor([255, 0, 51], dtype=torch.uint8).expand(64, 64, 3)
    PlateDetector(Recorder([[0, 0, 1, 1]], [0.9]), DetectorSettings(candidates=1))(blue)
    assert seen == [pytest.approx([255, 0, 51])]


@pytest.mark.parametrize("finer", [1, 2, 3, 4])
def test_a_frame_of_up_to_four_times_the_size_is_shrunk_without_patterns(finer: int) -> None:
    """Stripes a pixel wide become grey; bilinear sampling alone sees half the pixels of a frame four times as wide."""
    stripes = (torch.arange(320 * finer) % 2 * 255.0).expand(1, 3, 64 * finer, 320 * finer)
    size, target = torch.tensor(stripes.shape[2:]), torch.tensor([64, 320])
    shrunk = resized(stripes, size, target)
    assert shrunk.shape[2:] == (64, 320)
    if finer % 2 == 0:
        torch.testing.assert_close(shrunk, torch.full_like(shrunk, 127.5), atol=1e-3, rtol=0)
    torch.testing.assert_close(shrunk.mean(), stripes.mean(), atol=1, rtol=0)


def test_boxes_bound_the_corners_and_crops_are_cut_by_them() -> None:
    """A plate that leans: its crop is uniform although its box is not."""
    frame = torch.zeros(128, 320, 3, dtype=torch.uint8)
    for column in range(320):
        frame[24 + column // 10 : 76 + column // 10, column] = 200
    quad = [[100 / 320, 44 / 128], [200 / 320, 54 / 128], [200 / 320, 86 / 128], [100 / 320, 76 / 128]]
    detector = PlateDetector(Slanted([quad]), DetectorSettings(candidates=1))
    boxes, _, crops = detector(frame)
    torch.testing.assert_close(boxes, torch.tensor([[100.0, 44, 200, 86]]))
    torch.testing.assert_close(crops, torch.full_like(crops, (200 - 127.5) / 128), atol=1e-3, rtol=0)


@pytest.mark.parametrize(
    "quad",
    [
        [[0.5, 0.5]] * 4,
        [[0.1, 0.5], [0.4, 0.5], [0.6, 0.5], [0.2, 0.5]],
        [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]],
        [[0.9, 0.1], [0.1, 0.1], [0.1, 0.9], [0.9, 0.9]],
        [[0.1, 0.1], [0.9, 0.1], [0.2, 0.2], [0.1, 0.9]],
        [[-1e30, -1e30], [1e30, -1e30], [1e30, 1e30], [-1e30, 1e30]],
        [[2.0, 2.0], [3.0, 2.0], [3.0, 3.0], [2.0, 3.0]],
        [[float("nan"), 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]],
    ],
    ids=["point", "line", "crossed", "mirrored", "dented", "endless", "outside", "no number"],
)
def test_corners_that_no_plate_has_make_no_number_that_is_none(quad: list[list[float]]) -> None:
    boxes, scores, crops = PlateDetector(Slanted([quad]), DetectorSettings(candidates=1))(FRAME)
    assert len(boxes) == len(scores) == len(crops)
    assert all(torch.isfinite(x).all() for x in (boxes, scores, crops))
    assert (boxes[:, 2:] > boxes[:, :2]).all()


def test_a_second_peak_beside_the_first_is_the_same_plate() -> None:
    quad = torch.tensor([[0.2, 0.4], [0.6, 0.4], [0.6, 0.6], [0.2, 0.6]])
    twins = torch.stack([quad, quad + torch.tensor([0.03, 0.01])])
    boxes, _, _ = PlateDetector(Slanted(twins.tolist()), DetectorSettings(candidates=2))(FRAME)
    assert len(boxes) == 1
