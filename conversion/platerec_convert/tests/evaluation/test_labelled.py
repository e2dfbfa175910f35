"""Answers are compared with labels, frame by frame and by vote."""

from pathlib import Path

import pytest

from platerec_convert.evaluation.labelled import Findings, evaluate
from platerec_convert.evaluation.labels import LabelledFile, LabelledPlate, Labels
from platerec_convert.evaluation.scores import Detection
from platerec_convert.tests.evaluation.scripted import ScriptedRecognizer, Seen, write_frames
from platerec_convert.tests.evaluation.test_clip import write_video

HERE, THERE = (10.0, 10.0, 60.0, 22.0), (100.0, 50.0, 150.0, 62.0)
READABLE = LabelledPlate(text="Y836XH76", boxes={0: HERE})


def findings(folder: Path, plates: tuple[LabelledPlate, ...], seen: Seen) -> Findings:
    (name,) = write_frames(folder, 1)
    labels = Labels(files=(LabelledFile(file=name, plates=plates),))
    return evaluate(labels, folder, ScriptedRecognizer([seen]), lambda: None)


def test_a_plate_that_is_found_and_read_counts_in_full(tmp_path: Path) -> None:
    found = findings(tmp_path, (READABLE,), [(HERE, "Y836XH76")])
    assert found.detection == Detection(plates=1, found=1, boxes=1)
    assert [(reading.read, reading.width) for reading in found.single] == [("Y836XH76", 50)]
    assert [reading.read for reading in found.voted] == ["Y836XH76"]
    assert found.failures == []


def test_a_text_at_another_place_is_not_the_plates(tmp_path: Path) -> None:
    found = findings(tmp_path, (READABLE,), [(THERE, "Y836XH76")])
    assert found.detection == Detection(plates=1, found=0, boxes=1)
    assert [reading.read for reading in found.single + found.voted] == ["", ""]
    assert [(failure.truth, failure.read, failure.where) for failure in found.failures] == [("Y836XH76", "", "0.png 0")]


def test_a_misread_plate_is_found_and_fails(tmp_path: Path) -> None:
    found = findings(tmp_path, (READABLE,), [(HERE, "Y836XH77")])
    assert found.detection == Detection(plates=1, found=1, boxes=1)
    assert [failure.read for failure in found.failures] == ["Y836XH77"]
    assert [right for _, right in found.confidences] == [False]


def test_a_plate_without_a_text_is_only_to_be_found(tmp_path: Path) -> None:
    found = findings(tmp_path, (LabelledPlate(boxes={0: HERE}),), [(HERE, "Y836XH77")])
    assert found.detection == Detection(plates=1, found=1, boxes=1)
    assert (found.single, found.voted, found.failures) == ([], [], [])


@pytest.mark.parametrize("seen", [[], [(HERE, "Y836XH77")]], ids=["missed", "found"])
def test_an_optional_plate_never_counts(tmp_path: Path, seen: Seen) -> None:
    found = findings(tmp_path, (LabelledPlate(text="Y836XH76", optional=True, boxes={0: HERE}),), seen)
    assert found.detection == Detection(plates=0, found=0, boxes=0)
    assert (found.single, found.voted) == ([], [])


def test_a_plate_that_breaks_into_two_tracks_is_read_by_the_longer_one(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.avi", 3)
    plate = LabelledPlate(text="Y836XH76", boxes={0: HERE, 1: THERE, 2: THERE})
    seen: list[Seen] = [[(HERE, "Y836XH77")], [(THERE, "Y836XH76")], [(THERE, "Y836XH76")]]
    labels = Labels(files=(LabelledFile(file=video.name, plates=(plate,)),))
    found = evaluate(labels, tmp_path, ScriptedRecognizer(seen), lambda: None)
    assert [reading.read for reading in found.voted] == ["Y836XH76"]
