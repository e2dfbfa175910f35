"""The commands of `platerec-convert` and their options."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from platerec_convert import build, checkpoint, own, reference
from platerec_convert.build import Fusion, Target, Weights
from platerec_convert.errors import ConversionError
from platerec_convert.export.profiles import PROFILES
from platerec_convert.networks.detector import OF_BOXES, OF_CORNERS
from platerec_convert.pipeline import read_extras

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Turn weights into a folder of built models.",
    rich_markup_mode=None,
)
error_console = Console(stderr=True, soft_wrap=True, highlight=False)


class Format(StrEnum):
    """A file format; each is served by one profile: cpu-onnx, gpu-torchscript, gpu-tensorrt."""

    ONNX = "onnx"
    TORCHSCRIPT = "torchscript"
    TENSORRT = "tensorrt"


Out = Annotated[Path, typer.Option(help="The folder of built models; made when missing.")]
Formats = Annotated[list[Format], typer.Option("--to", help="A format to convert to; repeatable.")]
Version = Annotated[int, typer.Option(min=1, help="The model's version.")]
WeightsFile = Annotated[Path, typer.Option(help="A state dict, plain or under net_state_dict in a checkpoint.")]
Grammars = Annotated[
    list[Path],
    typer.Option("--grammar", help="<name>.json, the grammar of more plates, for spec.pipeline.grammar; repeatable."),
]
Source = Annotated[str, typer.Option(help="Where the weights come from, for provenance.json.")]
PASSED_ON = "The licence that they are passed on under."
Licence = Annotated[str, typer.Option(help=PASSED_ON)]
LongSide = Annotated[
    int | None,
    typer.Option(
        min=320,
        max=4096,
        help="Pixels of the longer side that the network sees.",
        show_default=f"{OF_CORNERS.long_side}, of a checkpoint {OF_BOXES.long_side}",
    ),
]

NOT_STATED = "not stated"
NO_GRAMMARS: list[Path] = []
USUAL_FORMATS = [Format.ONNX, Format.TORCHSCRIPT]


def _profiles(formats: list[Format]) -> tuple[str, ...]:
    """The profile that serves each format."""
    return tuple(name for name, profile in PROFILES.items() if profile.format in formats)


def _weights(path: Path, source: str, licence: str) -> Weights:
    return Weights(path, source or path.name, licence)


@app.command()
def reader(  # noqa: PLR0913, PLR0917 - the options of a command line
    weights: WeightsFile,
    out: Out,
    to: Formats = USUAL_FORMATS,
    version: Version = 1,
    source: Source = "",
    licence: Licence = NOT_STATED,
    fused: Annotated[
        Path | None, typer.Option("--rectifier", help="The rectifier's weights: plate_reader rectifies too.")
    ] = None,
    pixels: Annotated[
        bool, typer.Option("--pixels", help="Take crops as BGR pixels [24,94,3], for use without the pipeline.")
    ] = False,
) -> None:
    """LPRNet weights to plate_reader, alone or with the rectifier's work in one graph."""
    fusion = Fusion(_weights(fused, source, licence) if fused else None, pixels)
    build.convert([build.reader_part(_weights(weights, source, licence), fusion)], Target(out, _profiles(to), version))


@app.command()
def rectifier(
    weights: WeightsFile,
    out: Out,
    to: Formats = USUAL_FORMATS,
    version: Version = 1,
    source: Source = "",
    licence: Licence = NOT_STATED,
) -> None:
    """Weights of a spatial transformer to plate_rectifier."""
    build.convert([build.rectifier_part(_weights(weights, source, licence))], Target(out, _profiles(to), version))


@app.command()
def detector(  # noqa: PLR0913, PLR0917 - the options of a command line
    out: Out,
    weights: Annotated[Path | None, typer.Option(help="A state dict of PlateNet, the project's own network.")] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="An Ultralytics checkpoint; loading it executes its pickled code.")
    ] = None,
    to: Formats = USUAL_FORMATS,
    version: Version = 1,
    long_side: LongSide = None,
    source: Source = "",
    licence: Annotated[str, typer.Option(help=PASSED_ON, show_default="not stated, of a checkpoint AGPL-3.0")] = "",
) -> None:
    """Weights of PlateNet, or an Ultralytics checkpoint, to plate_detector.

    Ultralytics licenses its networks under AGPL-3.0.
    """
    target = Target(out, _profiles(to), version)
    if weights and not checkpoint:
        settings = replace(OF_CORNERS, long_side=long_side or OF_CORNERS.long_side)
        part = build.detector_part(_weights(weights, source, licence or NOT_STATED), settings)
    elif checkpoint and not weights:
        licence = licence or "AGPL-3.0"
        error_console.print(f"Loading {checkpoint} executes the code pickled in it; its licence is given as {licence}.")
        settings = replace(OF_BOXES, long_side=long_side or OF_BOXES.long_side)
        part = build.checkpoint_part(_weights(checkpoint, source, licence), settings)
    else:
        raise ConversionError("Name either --weights, of the project's own network, or --checkpoint, of Ultralytics.")
    build.convert([part], target)


@app.command()
def pipeline(
    out: Out,
    to: Formats = USUAL_FORMATS,
    version: Version = 1,
    calibration: Annotated[
        Path | None, typer.Option(help="What platerec-eval --calibration wrote of the release's reader.")
    ] = None,
    grammar: Grammars = NO_GRAMMARS,
) -> None:
    """The pipeline's code to plate_recognition."""
    build.add_pipeline(Target(out, _profiles(to), version), read_extras(calibration, grammar))


@app.command("all")
def build_all(  # noqa: PLR0913, PLR0917 - the options of a command line
    out: Out,
    weights: Annotated[
        Path | None,
        typer.Option(
            help="A folder with detector, rectifier and reader.safetensors, and calibration.json where there is one.",
            show_default="the project's own",
        ),
    ] = None,
    to: Formats = USUAL_FORMATS,
    version: Version = 1,
    source: Source = "",
    licence: Licence = NOT_STATED,
    golden: Annotated[
        Path | None, typer.Option(help="A picture for the golden sample; its plates by --labels.")
    ] = None,
    labels: Annotated[Path | None, typer.Option(help="labels.json with the picture, as for platerec-eval.")] = None,
    grammar: Grammars = NO_GRAMMARS,
) -> None:
    """All four models of a release: the reader rectifies. --source and --licence are for weights of your own."""
    if (golden is None) != (labels is None):
        raise ConversionError("A golden sample needs both --golden, its picture, and --labels, its plates.")
    known = own.weights_in(weights, source, licence) if weights else own.own_weights()
    sample = (golden, labels) if golden and labels else None
    own.build_all(known, Target(out, _profiles(to), version), sample, grammar)
    error_console.print(f"Built all models in {out}.")


@app.command("reference")
def build_reference(
    data: Annotated[Path, typer.Option(envvar="PLATEREC_REFERENCE_DATA", help="The folder of the reference weights.")],
    out: Out,
    detector_checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", help="The detector's checkpoint; fetched when not given.")
    ] = None,
    to: Formats = USUAL_FORMATS,
    version: Version = 1,
) -> None:
    """All four models of the reference release, from public weights."""
    error_console.print(checkpoint.NOTICE)
    reference.build_reference(data, detector_checkpoint, Target(out, _profiles(to), version))
    error_console.print(f"Built the reference release in {out}.")
