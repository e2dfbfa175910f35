"""What each command of the converter does, without its command line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from platerec_convert.checkpoint import cache_folder
from platerec_convert.errors import ConversionError
from platerec_convert.export.config import read_parameters
from platerec_convert.export.interface import crops_interface, frame_interface
from platerec_convert.export.profiles import PROFILES, USUAL_PROFILES, Conversion, Effort, build_version
from platerec_convert.folder import Stage, check_documents, digest_of_file, staged
from platerec_convert.networks.corners import CornerNetwork
from platerec_convert.networks.detector import OF_BOXES, OF_CORNERS, DetectorSettings, PlateDetector
from platerec_convert.networks.fused import OfPixels, RectifyingReader
from platerec_convert.networks.lprnet import LPRNet
from platerec_convert.networks.platenet import PlateNet
from platerec_convert.networks.stn import SpatialTransformer
from platerec_convert.networks.weights import load_weights
from platerec_convert.networks.yolo import YoloNetwork, load_yolo
from platerec_convert.pipeline import MODEL as PIPELINE
from platerec_convert.pipeline import Extras, build_pipeline
from platerec_store.release.manifest import Provenance

READER, RECTIFIER, DETECTOR = "plate_reader", "plate_rectifier", "plate_detector"

OF_PIXELS = "_pixels"
"""At the end of the names of a reader that takes pixels, and of its rectifier: the pipeline hands on none."""

RECTIFIES = "rectifies"
"""The parameter in `config.pbtxt` of a reader that rectifies."""

Network = LPRNet | RectifyingReader | OfPixels

CROPS_EFFORT = Effort(instances=1, threads=1)
FRAME_EFFORT = Effort(instances=1, threads=2)


@dataclass(frozen=True)
class Target:
    """Where a model goes: the folder of built models, the profiles, and its version."""

    out: Path
    profiles: tuple[str, ...] = USUAL_PROFILES
    version: int = 1


@dataclass(frozen=True)
class Weights:
    """A file of weights, where it comes from and under which licence it may be passed on."""

    path: Path
    source: str
    licence: str


@dataclass(frozen=True)
class Fusion:
    """What the reader's graph takes over: the rectifier's work, and making pixels to normalised crops."""

    rectifier: Weights | None = None
    pixels: bool = False


@dataclass(frozen=True)
class Part:
    """A model to build, and the weights in it by the model that would hold them alone."""

    conversion: Conversion
    weights: dict[str, Weights]


def reader_part(weights: Weights, fusion: Fusion = Fusion()) -> Part:
    """LPRNet's state dict as `plate_reader`, which may rectify too, or of pixels as `plate_reader_pixels`."""
    kind = OF_PIXELS if fusion.pixels else ""
    reader = LPRNet()
    load_weights(reader, weights.path)
    network: Network = reader
    inside = {READER + kind: weights}
    if fusion.rectifier:
        rectifier = SpatialTransformer()
        load_weights(rectifier, fusion.rectifier.path)
        network = RectifyingReader(rectifier, reader).eval()
        inside[RECTIFIER + kind] = fusion.rectifier
    if fusion.pixels:
        network = OfPixels(network).eval()
    interface = crops_interface(reads=True, pixels=fusion.pixels)
    parameters = {RECTIFIES: "true"} if fusion.rectifier else {}
    return Part(Conversion(READER + kind, network, interface, CROPS_EFFORT, parameters), inside)


def rectifier_part(weights: Weights) -> Part:
    """A spatial transformer's state dict as `plate_rectifier`."""
    network = SpatialTransformer()
    load_weights(network, weights.path)
    return Part(Conversion(RECTIFIER, network, crops_interface(), CROPS_EFFORT), {RECTIFIER: weights})


def detector_part(weights: Weights, settings: DetectorSettings = OF_CORNERS) -> Part:
    """PlateNet's state dict as `plate_detector`."""
    network = PlateNet()
    load_weights(network, weights.path)
    return _detector_part(CornerNetwork(network), weights, settings)


def checkpoint_part(weights: Weights, settings: DetectorSettings = OF_BOXES) -> Part:
    """An Ultralytics checkpoint as `plate_detector`. Loading it executes its pickled code."""
    if not weights.path.is_file():
        raise ConversionError(f"There is no checkpoint {weights.path}.")
    return _detector_part(load_yolo(weights.path, cache_folder() / "ultralytics"), weights, settings)


def _detector_part(network: CornerNetwork | YoloNetwork, weights: Weights, settings: DetectorSettings) -> Part:
    detector = PlateDetector(network, settings).eval()
    return Part(Conversion(DETECTOR, detector, frame_interface(), FRAME_EFFORT), {DETECTOR: weights})


def convert(parts: Sequence[Part], target: Target) -> None:
    """Build every part for every profile, all or nothing."""
    with staged(target.out) as stage:
        build_models(parts, target, stage)


def build_models(parts: Sequence[Part], target: Target, stage: Stage) -> None:
    """Build every part for every profile, and write down what was compared and what is in it."""
    check_documents(target.out)
    _check_rectified_once(parts, target.out)
    _check_other_profiles(parts, target, stage.provenance)
    checks = [
        build_version(
            part.conversion, PROFILES[profile], stage.built / profile / part.conversion.model / str(target.version)
        )
        for profile in target.profiles
        for part in parts
    ]
    for part in parts:
        for model in part.weights.keys() - {part.conversion.model}:
            stage.remove_model(model, target.profiles)
    stage.record_parity(checks)
    stage.record_provenance([_origin(*each) for part in parts for each in part.weights.items()])
    for kind in ("", OF_PIXELS):
        if not _holds_rectifier(stage, kind):
            stage.forget_provenance(RECTIFIER + kind)


def _holds_rectifier(stage: Stage, kind: str) -> bool:
    """Whether a model of the folder, of its own or a reader, rectifies once the stage is in its place."""
    return any(
        stage.find(Path(profile, RECTIFIER + kind)).is_dir() or _rectifies(stage.find(Path(profile, READER + kind)))
        for profile in PROFILES
    )


def _rectifies(reader: Path) -> bool:
    return RECTIFIES in read_parameters(reader / "config.pbtxt")


def _check_rectified_once(parts: Sequence[Part], out: Path) -> None:
    """A rectifier beside a reader that rectifies would straighten every plate twice."""
    if RECTIFIER not in {part.conversion.model for part in parts}:
        return
    for profile in PROFILES:
        reader = out / profile / READER
        if _rectifies(reader):
            raise ConversionError(
                f"{reader} rectifies already: convert the reader again without --rectifier, or choose another --out."
            )


def _check_other_profiles(parts: Sequence[Part], target: Target, known: Sequence[Provenance]) -> None:
    """A release's models are the same in all profiles: so are their weights, of which `provenance.json` names one."""
    files = {entry.model: entry.sha256 for entry in known}
    for part in parts:
        same = all(files.get(model) == digest_of_file(weights.path) for model, weights in part.weights.items())
        for other in _in_other_profiles(part, target):
            if not same or _rectifies(other) != (RECTIFIES in part.conversion.parameters):
                raise ConversionError(
                    f"{other} is not of the same weights: convert to its format too (--to), delete it, or choose "
                    "another --out."
                )


def _in_other_profiles(part: Part, target: Target) -> Iterator[Path]:
    """The models of the folder with weights of the part's kind, for profiles that it is not built for."""
    for profile in PROFILES:
        if profile not in target.profiles:
            yield from filter(Path.is_dir, (target.out / profile / model for model in part.weights))


def _origin(model: str, weights: Weights) -> Provenance:
    digest = digest_of_file(weights.path)
    return Provenance(model=model, source=weights.source, licence=weights.licence, sha256=digest)


def add_pipeline(target: Target, extras: Extras) -> None:
    """The pipeline's code to `plate_recognition`, the same in every profile."""
    with staged(target.out) as stage:
        build_pipelines(target, extras, stage)


def build_pipelines(target: Target, extras: Extras, stage: Stage) -> None:
    """The pipeline's code for every profile."""
    for profile in target.profiles:
        build_pipeline(stage.built / profile / PIPELINE / str(target.version), extras)
