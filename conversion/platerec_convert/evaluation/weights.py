"""From weights to the models that are evaluated: converted once, and kept in the user's cache."""

import hashlib
from importlib.resources import files
from pathlib import Path

from platerec_convert.build import Target
from platerec_convert.checkpoint import cache_folder
from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.models import PROFILE
from platerec_convert.folder import working_folder
from platerec_convert.own import build_all, own_weights, weights_in
from platerec_convert.pipeline import CALIBRATION

CODE = ("platerec_convert", "platerec_pipeline")


def convert_weights(folder: Path | None) -> Path:
    """The built models of a folder of weights, of the project's own when None.

    Raises ConversionError when weights are missing or cannot be converted.
    """
    weights = weights_in(folder, source="", licence="not stated") if folder else own_weights()
    paths = [each.path for each in weights.values()]
    built = cache_folder() / "evaluated" / _fingerprint([*paths, paths[0].with_name(CALIBRATION)])
    if not built.is_dir():
        try:
            built.parent.mkdir(parents=True, exist_ok=True)
            with working_folder(built.parent) as work:
                build_all(weights, Target(work / "models", (PROFILE,)))
                (work / "models").rename(built)
        except OSError as error:
            if built.is_dir():  # another evaluation of the same weights was quicker
                return built
            raise ConversionError(f"The models cannot be kept in {built.parent}: {error.strerror}.") from error
    return built


def _fingerprint(weights: list[Path]) -> str:
    """Of the weights' contents and of the code that converts them."""
    code = [path for package in CODE for path in sorted(Path(str(files(package))).rglob("*.py"))]
    digest = hashlib.sha256()
    for path in [*weights, *code]:
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()[:16]
