import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from platerec_convert.errors import ConversionError
from platerec_convert.training.checkpoint import Progress
from platerec_convert.training.config import Learning, Schedule
from platerec_convert.training.curves import append_row
from platerec_convert.training.loop import begin
from platerec_convert.training.weights import save_weights
from platerec_convert.training.writing import prepare, replaced


def progress() -> Progress:
    return begin(nn.Linear(2, 2), Learning(seed=1, schedule=Schedule(steps=1)))


def half_written(path: Path) -> None:
    with replaced(path) as part:
        part.write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


WRITERS: list[Callable[[Path], None]] = [
    lambda path: progress().save(path),
    lambda path: save_weights(nn.Linear(2, 2), path),
    lambda path: append_row(path, {"step": 1}),
]


@pytest.mark.parametrize("write", WRITERS)
def test_a_folder_that_went_away_is_one_sentence(tmp_path: Path, write: Callable[[Path], None]) -> None:
    with pytest.raises(ConversionError, match=r"^Cannot write .*file: [^\n]*\.$"):
        write(tmp_path / "gone" / "file")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_leaves_the_last_whole_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    progress().save(path)
    before = path.read_bytes()
    (tmp_path / "checkpoint.part").symlink_to("/dev/full")
    with pytest.raises(ConversionError, match=r"Cannot write .*checkpoint\.pt"):
        progress().save(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_a_part_that_was_not_finished_is_taken_away(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="No space left"):
        half_written(tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_named_before_the_first_step(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConversionError, match="Cannot write to"):
        prepare(tmp_path / "file")
    prepare(tmp_path / "new" / "folder")
    assert list((tmp_path / "new" / "folder").iterdir()) == []


def test_weights_and_checkpoints_replace_the_earlier_ones(tmp_path: Path) -> None:
    for _ in range(2):
        progress().save(tmp_path / "checkpoint.pt")
        save_weights(nn.Linear(2, 2), tmp_path / "weights.safetensors")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["checkpoint.pt", "weights.safetensors"]
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"] == 0
