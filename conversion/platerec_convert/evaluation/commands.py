"""The command `platerec-eval` and its options."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.answers import Recognizer
from platerec_convert.evaluation.calibrate import fit_calibration, write_calibration
from platerec_convert.evaluation.clip import Expectation, evaluate_clip
from platerec_convert.evaluation.labelled import Findings, evaluate
from platerec_convert.evaluation.labels import read_labels
from platerec_convert.evaluation.models import BuiltModels, Settings
from platerec_convert.evaluation.report import build_clip_table, build_json, build_tables
from platerec_convert.evaluation.sheet import Failure, prepare_sheet, write_sheet
from platerec_convert.evaluation.texts import parse_text
from platerec_pipeline.plates import REPORTING_THRESHOLD

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def evaluate_models(  # noqa: PLR0913, PLR0917 - the options of a command line
    labels: Annotated[Path | None, typer.Option(help="labels.json: the plates of pictures and videos.")] = None,
    video: Annotated[Path | None, typer.Option(help="A video of one plate, in place of labels.")] = None,
    expect: Annotated[str, typer.Option(help="The text of the video's plate, in Latin or Cyrillic letters.")] = "",
    weights: Annotated[
        Path | None,
        typer.Option(
            help="A folder with detector, rectifier and reader.safetensors, and calibration.json where there is one.",
            show_default="the project's own",
        ),
    ] = None,
    models: Annotated[
        Path | None, typer.Option(help="A folder of built models with the profile cpu-onnx, in place of weights.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON last, and no table.")] = False,
    failures: Annotated[Path | None, typer.Option(help="Write a PNG of what was read wrong.")] = None,
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="The least detection score of a box.")
    ] = Settings.detection_threshold,
    reporting_threshold: Annotated[
        float, typer.Option(min=0, max=1, help="The least score of a text that counts as reported.")
    ] = REPORTING_THRESHOLD,
    calibration: Annotated[
        Path | None, typer.Option(help="Fit the scores to the labels, and write the curve to this file.")
    ] = None,
    grammar: Annotated[str, typer.Option(help="The grammar of the plates, which the models carry.")] = Settings.grammar,
) -> None:
    """Measure how well models find and read plates, in this process.

    Give labels, or a video with the text of its plate. Exit code 2: a file or the models cannot be used.
    """
    if (labels is None) == (video is None) or bool(video) != bool(expect) or (calibration and video):
        raise ConversionError("Give either --labels, or --video together with --expect; --calibration needs --labels.")
    if weights and models:
        raise ConversionError("Give either --weights or --models.")
    settings = Settings(detection_threshold=threshold, grammar=grammar, calibrated=calibration is None)
    expectation = _expectation(expect, reporting_threshold) if video else None
    recognizer = BuiltModels(models or _convert(weights), settings)
    if failures is not None:
        prepare_sheet(failures)
    if labels is not None:
        findings = _evaluate_labels(labels, recognizer, failures, as_json=as_json)
        if calibration is not None:
            write_calibration(fit_calibration(findings.confidences), calibration)
    elif video is not None and expectation is not None:
        _evaluate_video(video, expectation, recognizer, failures, as_json=as_json)


def _expectation(text: str, reporting_threshold: float) -> Expectation:
    try:
        return Expectation(parse_text(text), reporting_threshold)
    except ValueError as error:
        raise ConversionError(f"--expect: {error}.") from error


def _convert(weights: Path | None) -> Path:
    from platerec_convert.evaluation.weights import convert_weights  # noqa: PLC0415 - torch takes seconds to start

    return convert_weights(weights)


def _evaluate_labels(labels: Path, recognizer: Recognizer, failures: Path | None, *, as_json: bool) -> Findings:
    with _progress() as seen:
        findings = evaluate(read_labels(labels), labels.parent, recognizer, seen)
    _save(findings.failures, failures)
    if as_json:
        typer.echo(build_json(findings))
    else:
        Console().print(build_tables(findings))
    return findings


def _evaluate_video(
    video: Path, expectation: Expectation, recognizer: Recognizer, failures: Path | None, *, as_json: bool
) -> None:
    with _progress() as seen:
        findings = evaluate_clip(video, expectation, recognizer, seen)
    _save(findings.failures, failures)
    if as_json:
        typer.echo(json.dumps(findings.summary()))
    else:
        Console().print(build_clip_table(findings))


def _save(found: list[Failure], path: Path | None) -> None:
    if path is not None:
        write_sheet(found, path)


@contextmanager
def _progress() -> Iterator[Callable[[], None]]:
    """A function to call after each frame."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Reading frames", total=None)
        yield lambda: progress.advance(task)
