from pathlib import Path

from platerec_convert.training.curves import append_row


def test_lines_are_appended_under_one_header(tmp_path: Path) -> None:
    path = tmp_path / "curves.csv"
    append_row(path, {"step": 1, "loss": 2.5})
    append_row(path, {"step": 2, "loss": 1.5})
    assert path.read_text().split() == ["step,loss", "1,2.5", "2,1.5"]
