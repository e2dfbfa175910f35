import numpy as np
import pytest
import torch
from torch import Tensor, nn

from platerec_convert.networks.platenet import CELL
from platerec_convert.synthetic.scenes import SceneSettings
from platerec_convert.training.config import DetectorExamSettings
from platerec_convert.training.detection import DetectorExamination, compare, find, summarise

PLATES = np.array([[[20, 40], [60, 36], [61, 46], [21, 50]], [[80, 90], [110, 90], [110, 97], [80, 97]]], np.float32)


def perfect_answer(plates: np.ndarray, side: int = 128) -> Tensor:
    """What a network without fault says: certain in the cells of the middles."""
    cells = side // CELL
    answer = torch.full((9, cells, cells), -9.0)
    for plate in plates / CELL:
        column, row = plate.mean(axis=0).astype(int)
        answer[0, row, column] = 5
        answer[1:, row, column] = torch.from_numpy((plate - [column + 0.5, row + 0.5]).flatten())
    return answer


def test_peaks_become_plates() -> None:
    found = find(perfect_answer(PLATES))
    assert sorted(found[:, 0, 0]) == pytest.approx([20, 80], abs=1e-3)
    assert sorted(found[:, 2, 1]) == pytest.approx([46, 97], abs=1e-3)


def test_a_cold_answer_has_no_plates() -> None:
    assert find(torch.full((9, 8, 8), -9.0)).shape == (0, 4, 2)


def test_a_perfect_answer_finds_all_makes_up_nothing_and_misses_no_corner() -> None:
    rates = summarise([compare(find(perfect_answer(PLATES)), PLATES)])
    assert (rates["recall"], rates["precision"]) == (1, 1)
    assert rates["corner_error_px"] == pytest.approx(0, abs=1e-4)


def test_a_missed_plate_costs_recall_and_a_made_up_one_precision() -> None:
    missed = summarise([compare(PLATES[:1], PLATES)])
    assert (missed["recall"], missed["precision"]) == (0.5, 1)
    made_up = summarise([compare(PLATES, PLATES[:1])])
    assert (made_up["recall"], made_up["precision"]) == (1, 0.5)


def test_a_plate_found_twice_counts_once() -> None:
    twice = np.concatenate([PLATES[:1], PLATES[:1] + 1])
    rates = summarise([compare(twice, PLATES[:1])])
    assert (rates["recall"], rates["precision"]) == (1, 0.5)


def test_recall_is_also_given_by_the_plates_width() -> None:
    rates = summarise([compare(PLATES[:1], PLATES)])
    assert rates["recall_25_45px"] == 0.5
    assert np.isnan(rates["recall_14_25px"])


def test_boxes_without_any_plate_and_no_boxes_at_all_are_both_fine() -> None:
    none = np.zeros((0, 4, 2), np.float32)
    assert summarise([compare(PLATES, none)])["precision"] == 0
    assert np.isnan(summarise([compare(none, none)])["recall"])


class Blind(nn.Module):
    """Sees nothing."""

    def forward(self, pixels: Tensor) -> Tensor:
        side = pixels.shape[2] // CELL
        return torch.full((len(pixels), 9, side, side), -9.0)


def test_an_examination_looks_at_its_whole_test_set() -> None:
    test_set = DetectorExamSettings(count=3, scenes=SceneSettings(seed=2, side=96, widest=40))
    rates = DetectorExamination(test_set).examine(Blind(), torch.device("cpu"))
    assert rates["recall"] == 0
