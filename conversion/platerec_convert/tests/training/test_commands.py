import subprocess
import sys
from pathlib import Path

import pytest

from platerec_convert.training.commands import CONFIGS


def platerec_train(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "platerec_convert.training", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_contact_sheet_is_one_command(tmp_path: Path) -> None:
    answer = platerec_train("sheet", "--rows", 1, "--out", tmp_path / "sheet.png")
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")


def test_the_detectors_scenes_are_looked_at_by_the_same_command(tmp_path: Path) -> None:
    settings = tmp_path / "scenes.toml"
    settings.write_text("[scenes]\nseed = 1\nside = 96\nwidest = 40\npanels = 4\n")
    answer = platerec_train("sheet", "--config", settings, "--rows", 1, "--out", tmp_path / "sheet.png")
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")


def test_a_users_mistake_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    answer = platerec_train("reader", "--config", tmp_path / "none.toml", "--out", tmp_path)
    assert answer.returncode == 2
    assert answer.stderr.startswith("platerec-train: Settings")
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("network", ["reader", "detector"])
def test_a_font_that_is_missing_is_said_before_anything_is_drawn(tmp_path: Path, network: str) -> None:
    settings = (CONFIGS / f"{network}.toml").read_text().replace("~/.cache/platerec/fonts", str(tmp_path))
    (tmp_path / "mine.toml").write_text(settings)
    answer = platerec_train(network, "--config", tmp_path / "mine.toml", "--out", tmp_path / "out")
    assert answer.returncode == 2
    assert answer.stderr.startswith("platerec-train: Font OSP-DIN.ttf is not in")
    assert "docs/how-to/train.md" in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()
