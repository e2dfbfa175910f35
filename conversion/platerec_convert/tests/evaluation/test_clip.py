"""A video of which only the text is known."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from platerec_convert.errors import ConversionError
from platerec_convert.evaluation.clip import ClipFindings, Expectation, evaluate_clip
from platerec_convert.tests.evaluation.scripted import ScriptedRecognizer, Seen

PLATE, SIGN = (10.0, 10.0, 60.0, 22.0), (100.0, 50.0, 150.0, 62.0)


def write_video(path: Path, frames: int) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (200, 100))
    for _ in range(frames):
        writer.write(np.full((100, 200, 3), 90, dtype=np.uint8))
    writer.release()
    return path


def findings(folder: Path, script: list[Seen], certainty: float = 12.0) -> ClipFindings:
    video = write_video(folder / "clip.avi", len(script))
    recognizer = ScriptedRecognizer(script, certainty)
    return evaluate_clip(video, Expectation("Y836XH76", 0.2), recognizer, lambda: None)


def test_the_numbers_are_shares_of_all_frames(tmp_path: Path) -> None:
    right, wrong = (PLATE, "Y836XH76"), (PLATE, "Y838XH76")
    script: list[Seen] = [[right], [right, (SIGN, "A111AA77")], [wrong, (SIGN, "A111AA77")], []]
    assert findings(tmp_path, script).summary() == {
        "frames": 4,
        "exact_match": 0.5,
        "wrong_texts_per_frame": 0.75,
        "voted": "Y836XH76",
        "detected": 0.75,
    }


def test_a_text_below_the_reporting_threshold_is_not_wrong_but_may_be_right(tmp_path: Path) -> None:
    unsure = findings(tmp_path, [[(PLATE, "Y836XH76")], [(PLATE, "T111AA77")]], certainty=2.0)
    assert (unsure.exact, unsure.wrong, unsure.detected) == (1, 0, 2)


def test_the_vote_is_that_of_the_track_read_best_not_of_the_expected_text(tmp_path: Path) -> None:
    script: list[Seen] = [[(PLATE, "Y836XH76"), (SIGN, "A111AA77")], [(SIGN, "A111AA77")], [(SIGN, "A111AA77")]]
    assert findings(tmp_path, script).voted == "A111AA77"


def test_without_a_plate_there_is_no_vote(tmp_path: Path) -> None:
    assert findings(tmp_path, [[], []]).voted == ""


def test_wrong_texts_are_kept_for_the_eye(tmp_path: Path) -> None:
    (failure,) = findings(tmp_path, [[(PLATE, "Y836XH76")], [(PLATE, "Y838XH76")]]).failures
    assert (failure.truth, failure.read, failure.where) == ("Y836XH76", "Y838XH76", "clip.avi 1")


def test_what_is_no_video_is_named(tmp_path: Path) -> None:
    (tmp_path / "clip.avi").write_bytes(b"no video")
    with pytest.raises(ConversionError, match=r"clip\.avi is no picture or video"):
        evaluate_clip(tmp_path / "clip.avi", Expectation("A", 0.2), ScriptedRecognizer([]), lambda: None)
