"""Evaluation of a video of which only the text of its plate is known."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from platerec_convert.evaluation.answers import Answer, Recognizer
from platerec_convert.evaluation.frames import read_frames
from platerec_convert.evaluation.sheet import Failure, cut_out
from platerec_convert.evaluation.tracks import Track, Tracker


@dataclass
class ClipFindings:
    """Counts over the frames of a video.

    `exact`: frames in which the text of one of the boxes is the expected one, whatever its score. `wrong`: texts
    whose score reaches the reporting threshold and that are another one. `detected`: frames with any box at all.
    `voted`: the text of the track with the greatest sum of text scores, empty when there is no track.
    """

    frames: int = 0
    exact: int = 0
    wrong: int = 0
    detected: int = 0
    voted: str = ""
    failures: list[Failure] = field(default_factory=list)

    def summary(self) -> dict[str, float | int | str]:
        """The numbers by the names of the JSON line."""
        return {
            "frames": self.frames,
            "exact_match": self.exact / self.frames,
            "wrong_texts_per_frame": self.wrong / self.frames,
            "voted": self.voted,
            "detected": self.detected / self.frames,
        }


@dataclass(frozen=True)
class Expectation:
    """The text of the video's plate, and the least score at which a text is reported to people."""

    text: str
    reporting_threshold: float


def evaluate_clip(
    video: Path, expectation: Expectation, recognizer: Recognizer, seen: Callable[[], None]
) -> ClipFindings:
    """All frames of the video; `seen` hears of each."""
    findings, tracker = ClipFindings(), Tracker()
    for number, frame in enumerate(read_frames(video)):
        answer = recognizer.recognize(frame)
        tracker.follow(number, answer)
        for index in _note_frame(answer, expectation, findings):
            x1, y1, x2, y2 = answer.plates.boxes[index].tolist()
            picture = cut_out(frame, (x1, y1, x2, y2))
            read = answer.plates.texts[index]
            findings.failures.append(Failure(picture, expectation.text, read, f"{video.name} {number}"))
        seen()
    findings.voted = choose_track(tracker.tracks, recognizer)
    return findings


def _note_frame(answer: Answer, expectation: Expectation, findings: ClipFindings) -> list[int]:
    """Count a frame; the indices of its wrong texts."""
    texts = answer.scored_texts
    wrong = [
        index
        for index, (text, score) in enumerate(texts)
        if text != expectation.text and score >= expectation.reporting_threshold
    ]
    findings.frames += 1
    findings.exact += any(text == expectation.text for text, _ in texts)
    findings.wrong += len(wrong)
    findings.detected += bool(texts)
    return wrong


def choose_track(tracks: list[Track], recognizer: Recognizer) -> str:
    """The vote of the track that was read best, chosen without knowing what is expected."""
    best = max(tracks, key=lambda track: track.weight, default=None)
    return best.vote(recognizer.decoder) if best else ""
