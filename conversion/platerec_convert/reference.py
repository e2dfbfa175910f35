"""The reference release: the public weights that the project's own are measured against."""

from pathlib import Path

from platerec_convert import checkpoint
from platerec_convert.build import (
    Target,
    Weights,
    build_models,
    build_pipelines,
    checkpoint_part,
    reader_part,
    rectifier_part,
)
from platerec_convert.errors import ConversionError
from platerec_convert.folder import staged
from platerec_convert.golden import add_golden
from platerec_convert.pipeline import Extras
from platerec_store.release.folder import GoldenPicture
from platerec_store.release.manifest import ExpectedPlate

SOURCE = "github.com/EgShes/one_task_multiple_infras, nn/nn/weights"
LICENCE = "MIT"
NEEDED = ("lprnet.pth", "stn.pth", "car.jpg")

CAR = GoldenPicture(
    picture="car.jpg",
    plates=(ExpectedPlate(text="B840OK197", box=(93.5, 328.1, 132.7, 345.7)),),
)
"""The plate of the street scene that can be read by eye. Others in it are found, too small to be read."""


def build_reference(data: Path, detector: Path | None, target: Target) -> None:
    """All four models, provenance and golden samples, from the folder of reference data and a checkpoint."""
    missing = [name for name in NEEDED if not (data / name).is_file()]
    if missing:
        raise ConversionError(
            f"The reference data {data} has no {missing[0]}: put the folder shared/data beside the clone, "
            "or name another by PLATEREC_REFERENCE_DATA."
        )
    public = Weights(detector or checkpoint.reference_checkpoint(), checkpoint.SOURCE, checkpoint.LICENCE)
    parts = (
        reader_part(Weights(data / "lprnet.pth", SOURCE, LICENCE)),
        rectifier_part(Weights(data / "stn.pth", SOURCE, LICENCE)),
        checkpoint_part(public),
    )
    with staged(target.out) as stage:
        build_models(parts, target, stage)
        build_pipelines(target, Extras(), stage)
        add_golden(data / CAR.picture, CAR, stage)
