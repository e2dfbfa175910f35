"""The report of an evaluation, as tables for people and JSON for programs. Pure."""

import json
from math import isnan
from typing import Any

from rich.console import Group
from rich.table import Table

from platerec_convert.evaluation.clip import ClipFindings
from platerec_convert.evaluation.labelled import Findings
from platerec_convert.evaluation.scores import Rates, build_bands, calibration_error


def build_json(findings: Findings) -> str:
    """One line; shares that nothing was counted for are null."""
    detection = findings.detection
    document = {
        "frames": findings.frames,
        "detection": {
            "plates": detection.plates,
            "recall": _share(detection.recall),
            "precision": _share(detection.precision),
        },
        "single": _bands(build_bands(findings.single)),
        "voted": _bands(build_bands(findings.voted)),
        "calibration_error": _share(calibration_error(findings.confidences)),
    }
    return json.dumps(document)


def _bands(bands: dict[str, Rates]) -> dict[str, Any]:
    return {
        name: {
            "plates": rates.plates,
            "exact_match": _share(rates.exact),
            "character_error_rate": _share(rates.character_errors),
        }
        for name, rates in bands.items()
    }


def _share(value: float) -> float | None:
    return None if isnan(value) else value


def build_tables(findings: Findings) -> Group:
    """What was found, and how well it was read by single frame and by vote over a track."""
    detection = findings.detection
    found = Table(title="Plates found (IoU 0.5)", title_justify="left")
    for column in ("frames", "plates", "recall", "precision"):
        found.add_column(column, justify="right")
    found.add_row(
        str(findings.frames), str(detection.plates), _percent(detection.recall), _percent(detection.precision)
    )
    read = Table(title="Plates read, by their width", title_justify="left")
    read.add_column("width")
    for column in ("single frames", "exact", "characters wrong", "plates by vote", "exact", "characters wrong"):
        read.add_column(column, justify="right")
    voted = build_bands(findings.voted)
    for name, rates in build_bands(findings.single).items():
        read.add_row(name, *_cells(rates), *_cells(voted.get(name)))
    error = f"Expected calibration error of the text scores: {_percent(calibration_error(findings.confidences))}"
    return Group(found, read, error)


def _cells(rates: Rates | None) -> tuple[str, str, str]:
    if rates is None:
        return "-", "-", "-"
    return str(rates.plates), _percent(rates.exact), _percent(rates.character_errors)


def build_clip_table(findings: ClipFindings) -> Table:
    """The numbers of a video."""
    table = Table()
    summary = findings.summary()
    for column in ("frames", "exact", "wrong texts a frame", "by vote", "frames with a box"):
        table.add_column(column, justify="right")
    table.add_row(
        str(findings.frames),
        _percent(float(summary["exact_match"])),
        f"{summary['wrong_texts_per_frame']:.2f}",
        findings.voted or "-",
        _percent(float(summary["detected"])),
    )
    return table


def _percent(share: float) -> str:
    return "-" if isnan(share) else f"{share:.1%}"
