"""The public detector is used only if it is the file that is known."""

import hashlib
from pathlib import Path

import pytest

from platerec_convert import checkpoint
from platerec_convert.errors import ConversionError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "platerec" / "checkpoints"


def install(tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a package with such a checkpoint where Python looks for packages."""
    site = tmp_path / "site"
    (site / "fastanpr-0.1.13.dist-info").mkdir(parents=True)
    (site / "fastanpr-0.1.13.dist-info" / "METADATA").write_text("Name: fastanpr\nVersion: 0.1.13\n")
    (site / "fastanpr").mkdir()
    (site / "fastanpr" / "best.pt").write_bytes(content)
    monkeypatch.syspath_prepend(str(site))


def test_another_file_is_refused_and_not_kept(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, b"others", monkeypatch)
    with pytest.raises(ConversionError, match="is not the file that is known here"):
        checkpoint.reference_checkpoint()
    assert list(cache.iterdir()) == []


def test_a_genuine_file_is_kept_for_the_next_time(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, b"weights", monkeypatch)
    monkeypatch.setattr(checkpoint, "SHA256", hashlib.sha256(b"weights").hexdigest())
    path = checkpoint.reference_checkpoint()
    assert path.read_bytes() == b"weights"
    assert [kept.name for kept in cache.iterdir()] == [path.name]


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "platerec").write_text("a file")
    with pytest.raises(ConversionError, match=r"cannot be kept in .*checkpoints: Not a directory\."):
        checkpoint.reference_checkpoint()


def test_the_notice_names_licence_and_risk() -> None:
    assert "AGPL-3.0" in checkpoint.NOTICE
    assert "executes the code" in checkpoint.NOTICE
