"""PlateNet's answer as corners and scores."""

import torch
from torch import Tensor, nn

from platerec_convert.networks.corners import CornerNetwork, decode_cells


def silent(height: int, width: int) -> Tensor:
    """An answer where no cell holds a plate."""
    answer = torch.zeros(1, 9, height, width)
    answer[:, 0] = -10
    return answer


def test_corners_are_counted_from_their_cells_centre() -> None:
    answer = silent(2, 3)
    answer[0, 1:, 1, 2] = torch.tensor([-5.0, -1, 5, -1.5, 5, 1, -5, 1.5])
    corners, _ = decode_cells(answer)
    # The cell in row 1 and column 2 is centred on (10, 6).
    assert corners.shape == (6, 4, 2)
    assert corners[5].tolist() == [[-10, 2], [30, 0], [30, 10], [-10, 12]]
    assert corners[0].tolist() == [[2, 2]] * 4


def test_only_a_peak_keeps_its_score() -> None:
    answer = silent(3, 6)
    answer[0, 0, 1, 1:5] = torch.tensor([1.0, 3.0, 2.0, 2.5])
    _, scores = decode_cells(answer)
    assert (scores > 0.5).nonzero().flatten().tolist() == [8, 10]
    torch.testing.assert_close(scores[8], torch.tensor(3.0).sigmoid())


def test_the_network_sees_what_it_was_trained_on() -> None:
    seen = []

    class Recorder(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            seen.append(x[0, :, 0, 0].tolist())
            return silent(8, 8)

    CornerNetwork(Recorder())(torch.tensor([255.0, 127.5, 0]).view(1, 3, 1, 1).expand(1, 3, 32, 32))
    assert seen == [[127.5 / 128, 0, -127.5 / 128]]
