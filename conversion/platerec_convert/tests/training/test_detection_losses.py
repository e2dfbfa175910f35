import pytest
import torch
from torch import Tensor

from platerec_convert.training.detection_losses import corner_loss, detection_loss, heat_loss


def heat() -> Tensor:
    values = torch.zeros(1, 8, 8)
    values[0, 4, 3:6] = torch.tensor([0.9, 1.0, 0.9])
    return values


def logits(at: tuple[int, int], height: float = 6.0) -> Tensor:
    values = torch.full((1, 8, 8), -6.0)
    values[0, at[0], at[1]] = height
    return values


def test_the_right_peak_costs_least() -> None:
    right, beside, far = (heat_loss(logits(at), heat()) for at in ((4, 4), (4, 5), (0, 0)))
    assert right < beside < far


def test_no_logit_is_too_large_for_a_finite_loss_and_gradient() -> None:
    extreme = torch.full((1, 8, 8), 500.0, requires_grad=True)
    loss = heat_loss(extreme, heat()) + heat_loss(-extreme, heat())
    loss.backward()  # type: ignore[no-untyped-call]
    assert torch.isfinite(loss)
    assert extreme.grad is not None
    assert torch.isfinite(extreme.grad).all()


def test_corners_count_only_where_they_have_weight() -> None:
    corners, weight = torch.zeros(1, 8, 8, 8), torch.zeros(1, 8, 8)
    weight[0, 4, 4] = 0.5
    wrong = corners + 2
    assert corner_loss(wrong, corners, weight) == pytest.approx(1.0)
    wrong[:, :, 4, 4] = 0
    assert corner_loss(wrong, corners, weight) == 0


def test_a_scene_more_with_as_many_plates_changes_nothing() -> None:
    """The loss is a mean over plates."""
    answer, corners, weight = torch.randn(1, 9, 8, 8), torch.randn(1, 8, 8, 8), torch.rand(1, 8, 8)
    one = detection_loss(answer, heat(), corners, weight)
    two = detection_loss(*(torch.cat([part, part]) for part in (answer, heat(), corners, weight)))
    assert two == pytest.approx(float(one), rel=1e-5)


def test_scenes_without_plates_have_a_finite_loss() -> None:
    empty = torch.zeros(1, 8, 8)
    assert torch.isfinite(detection_loss(torch.randn(1, 9, 8, 8), empty, torch.zeros(1, 8, 8, 8), empty))
