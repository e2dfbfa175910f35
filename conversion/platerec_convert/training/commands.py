"""The commands of `platerec-train`."""

from pathlib import Path
from typing import Annotated

import torch
import typer

from platerec_convert.synthetic.glyphs import load_alphabets
from platerec_convert.synthetic.scenes import SceneSettings
from platerec_convert.synthetic.sheet import build_crop_sheet, build_panel_sheet, build_scene_sheet, write_picture
from platerec_convert.synthetic.town.files import write_street
from platerec_convert.synthetic.town.street import SEED, build_street
from platerec_convert.training.calibration import calibrate as fit_scores
from platerec_convert.training.config import (
    load_detector_config,
    load_detector_test_set,
    load_picture_settings,
    load_test_set,
    load_training_config,
)
from platerec_convert.training.detection import DetectorExamination
from platerec_convert.training.detector import DetectorTraining
from platerec_convert.training.evaluation import Examination
from platerec_convert.training.reader import ReaderTraining

CONFIGS = Path(__file__).parent / "configs"
TEST_SET = CONFIGS / "test-set.toml"

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


Config = Annotated[Path | None, typer.Option(help="Settings of the training; if not given the project's.")]
Start = Annotated[
    Path | None, typer.Option(help="A folder of weights to begin with; if not given the networks begin at random.")
]
TestSet = Annotated[Path | None, typer.Option(help="Settings of the test set; if not given the project's.")]


@app.callback()
def trainer() -> None:
    """Train the project's networks on synthetic plates."""


@app.command()
def reader(
    out: Annotated[Path, typer.Option(help="Folder of the checkpoint, the curves and the weights.")],
    config: Config = None,
    test_set: TestSet = None,
    start: Start = None,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads of the trainer.")] = 1,
) -> None:
    """Rectifier and reader together; goes on from the checkpoint in the folder if there is one."""
    torch.set_num_threads(threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    settings = load_training_config(config or CONFIGS / "reader.toml")
    load_alphabets(settings.synthetic.fonts)  # a font that is missing is said now, not by a worker after minutes
    training = ReaderTraining(settings, out, device, start)
    training.run(Examination(load_test_set(test_set or TEST_SET)))


@app.command()
def detector(
    out: Annotated[Path, typer.Option(help="Folder of the checkpoint, the curves and the weights.")],
    config: Config = None,
    test_set: TestSet = None,
    start: Start = None,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads of the trainer.")] = 1,
) -> None:
    """The plate detector; goes on from the checkpoint in the folder if there is one."""
    torch.set_num_threads(threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    settings = load_detector_config(config or CONFIGS / "detector.toml")
    load_alphabets(settings.scenes.fonts)  # as above
    training = DetectorTraining(settings, out, device, start)
    training.run(DetectorExamination(load_detector_test_set(test_set or CONFIGS / "detector-test-set.toml")))


@app.command()
def calibrate(
    weights: Annotated[Path, typer.Option(help="A folder with reader and rectifier.safetensors.")],
    test_set: TestSet = None,
) -> None:
    """Fit the reader's scores to how often its texts are right, and put calibration.json beside the weights."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    found = fit_scores(weights, load_test_set(test_set or TEST_SET), device)
    typer.echo(f"Expected calibration error on the test set: {found.before:.3f}, calibrated {found.after:.3f}.")


@app.command()
def sheet(
    out: Annotated[Path, typer.Option(help="The PNG to write.")],
    config: Annotated[
        Path | None, typer.Option(help="Settings of a training or of a test set; if not given the project's test set.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="Rows of pictures.")] = 24,
    panels: Annotated[bool, typer.Option(help="The plates flat and clean, of both types, in place of crops.")] = False,
) -> None:
    """A contact sheet of synthetic plates, for the eye: the reader's crops or the detector's scenes."""
    settings = load_picture_settings(config or TEST_SET)
    if panels:
        picture = build_panel_sheet(settings, rows)
    elif isinstance(settings, SceneSettings):
        picture = build_scene_sheet(settings, rows)
    else:
        picture = build_crop_sheet(settings, rows)
    write_picture(picture, out)


@app.command()
def street(
    out: Annotated[Path, typer.Option(help="The JPEG to write; its labels go beside it, as .json.")],
    seed: Annotated[int, typer.Option(min=0, help="Of the plates and all that is drawn at random.")] = SEED,
) -> None:
    """The rendered street of the examples, 1920x1080, with its plates as labels for platerec-eval; takes a minute."""
    write_street(build_street(seed), out)
