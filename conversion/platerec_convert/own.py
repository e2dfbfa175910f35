"""The project's own release: all four models from one folder of weights, by default the project's."""

from collections.abc import Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from platerec_convert.build import Fusion, Target, Weights, build_models, build_pipelines, detector_part, reader_part
from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.models import PROFILE, BuiltModels, Settings
from platerec_convert.folder import staged
from platerec_convert.golden import add_golden, as_read, labelled_picture
from platerec_convert.pipeline import CALIBRATION, read_extras

OWN = Path(str(files("platerec_convert"))) / "weights"
LICENCE = "Apache-2.0"
NETWORKS = ("detector", "rectifier", "reader")


def own_weights() -> dict[str, Weights]:
    """The project's weights by network. Raises ConversionError when one is missing."""
    return {
        name: Weights(path, f"Platerec {version('platerec')}, trained on synthetic plates ({_card(name)})", LICENCE)
        for name, path in _find(OWN).items()
    }


def weights_in(folder: Path, source: str, licence: str) -> dict[str, Weights]:
    """Somebody's weights by network. Raises ConversionError when one is missing."""
    return {name: Weights(path, source or path.name, licence) for name, path in _find(folder).items()}


def build_all(
    weights: dict[str, Weights],
    target: Target,
    golden: tuple[Path, Path] | None = None,
    grammars: Sequence[Path] = (),
) -> None:
    """All four models, provenance and, of a picture and its labels, the golden sample: the plates that they read.

    The rectifier is in the reader's graph, for every profile: the models of a release are the same in all profiles,
    and one graph for both is what makes the reader quick on a CPU.
    """
    sample = labelled_picture(*golden) if golden else None
    calibration = weights["reader"].path.with_name(CALIBRATION)
    # What is wrong with the files is said before anything is built.
    extras = read_extras(calibration if calibration.is_file() else None, grammars)
    parts = (detector_part(weights["detector"]), reader_part(weights["reader"], Fusion(weights["rectifier"])))
    with staged(target.out) as stage:
        build_models(parts, target, stage)
        build_pipelines(target, extras, stage)
        if golden and sample:
            if PROFILE in target.profiles:
                sample = as_read(sample, golden[0], BuiltModels(stage.built, Settings()))
            add_golden(golden[0], sample, stage)


def _find(folder: Path) -> dict[str, Path]:
    found = {name: folder / f"{name}.safetensors" for name in NETWORKS}
    for path in found.values():
        if not path.is_file():
            raise ConversionError(
                f"There are no weights {path}: train them with platerec-train, or name another folder by --weights."
            )
    return found


def _card(name: str) -> str:
    """The model card, named from the root of the project."""
    return f"conversion/platerec_convert/weights/{name}.md"
