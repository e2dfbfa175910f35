import subprocess
import sys
from pathlib import Path


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
