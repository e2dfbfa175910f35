"""Evaluation against labels: boxes and texts of every frame, and one vote for each plate of a file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np

from platerec_convert.evaluation.answers import Answer, Frame, Recognizer
from platerec_convert.evaluation.frames import read_frames
from platerec_convert.evaluation.labels import Box, LabelledFile, LabelledPlate, Labels
from platerec_convert.evaluation.overlap import match_boxes
from platerec_convert.evaluation.scores import Detection, Reading
from platerec_convert.evaluation.sheet import Failure, cut_out
from platerec_convert.evaluation.tracks import Track, Tracker

FOUND = 0.5
"""The least overlap of a box with the labelled one."""


@dataclass
class Findings:
    """All that was found out; `confidences` pairs each text's score with whether the text is right."""

    frames: int = 0
    detection: Detection = field(default_factory=Detection)
    single: list[Reading] = field(default_factory=list)
    voted: list[Reading] = field(default_factory=list)
    confidences: list[tuple[float, bool]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


@dataclass
class Sightings:
    """A labelled plate over the frames of its file: how wide it is, and the tracks that it was found in."""

    plate: LabelledPlate
    widths: list[float] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)

    def vote(self, recognizer: Recognizer) -> Iterator[Reading]:
        """The reading of the track that the plate was found in most often."""
        if self.plate.text is not None and self.widths and not self.plate.optional:
            best = max(self.tracks, key=self.tracks.count) if self.tracks else None
            read = best.vote(recognizer.decoder) if best else ""
            yield Reading(self.plate.text, read, median(self.widths))


def evaluate(labels: Labels, folder: Path, recognizer: Recognizer, seen: Callable[[], None]) -> Findings:
    """Every frame of every file; `seen` hears of each frame."""
    findings = Findings()
    for labelled in labels.files:
        sightings = [Sightings(plate) for plate in labelled.plates]
        tracker = Tracker()
        for number, frame in enumerate(read_frames(folder / labelled.file)):
            answer = recognizer.recognize(frame)
            tracks = tracker.follow(number, answer)
            _note_frame(_Sight(labelled, number, frame, answer, tracks), sightings, findings)
            seen()
        findings.voted += [reading for each in sightings for reading in each.vote(recognizer)]
    return findings


@dataclass(frozen=True)
class _Sight:
    """One frame and what was made of it."""

    file: LabelledFile
    number: int
    frame: Frame
    answer: Answer
    tracks: Sequence[Track]


def _note_frame(sight: _Sight, sightings: Sequence[Sightings], findings: Findings) -> None:
    """Compare a frame's answer with its labels."""
    visible = [(each, box) for each in sightings if (box := each.plate.box_at(sight.number)) is not None]
    expected = np.array([box for _, box in visible], dtype=np.float32).reshape(-1, 4)
    matches = dict(match_boxes(expected, sight.answer.plates.boxes, FOUND))
    optional = [index for index, (each, _) in enumerate(visible) if each.plate.optional]
    spared = sum(index in matches for index in optional)
    findings.frames += 1
    findings.detection += Detection(
        plates=len(visible) - len(optional),
        found=len(matches) - spared,
        boxes=len(sight.answer.plates.boxes) - spared,
    )
    for index, (sighting, box) in enumerate(visible):
        sighting.widths.append(box[2] - box[0])
        match = matches.get(index)
        if match is not None:
            sighting.tracks.append(sight.tracks[match])
        if sighting.plate.text is not None and not sighting.plate.optional:
            _note_reading(sight, sighting.plate.text, box, match, findings)


def _note_reading(sight: _Sight, truth: str, box: Box, match: int | None, findings: Findings) -> None:
    """What was read where the text is known; nothing where no box matches."""
    read = ""
    if match is not None:
        read, score = sight.answer.scored_texts[match]
        findings.confidences.append((score, read == truth))
    findings.single.append(Reading(truth, read, box[2] - box[0]))
    if read != truth:
        where = f"{Path(sight.file.file).name} {sight.number}"
        findings.failures.append(Failure(cut_out(sight.frame, box), truth, read, where))
