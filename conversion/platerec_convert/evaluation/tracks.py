"""Tracks: the boxes of one plate over the frames of a video, and the text that they give together. Pure."""

from dataclasses import dataclass, field

import numpy as np

from platerec_convert.evaluation.answers import Answer, Floats
from platerec_convert.evaluation.overlap import match_boxes
from platerec_convert.evaluation.votes import Reading, vote
from platerec_pipeline.decode import Decoder

SAME_PLATE = 0.2
"""The least overlap with the last box: a plate may move by two thirds of its width from frame to frame."""

PATIENCE = 25
"""Frames that a plate may go unseen, a second of most cameras."""


@dataclass(eq=False)
class Track:
    """The plate so far: its last box, the frame of it, and all readings. A track is equal to itself alone."""

    box: Floats
    seen: int
    readings: list[Reading] = field(default_factory=list)

    @property
    def weight(self) -> float:
        """How well the plate was read over how many frames."""
        return sum(reading.score for reading in self.readings)

    def vote(self, decoder: Decoder) -> str:
        """The text that the frames give together."""
        return vote(self.readings, decoder)


class Tracker:
    """Gives each box of a video to a track. Feed it the frames in order."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []

    def follow(self, frame: int, answer: Answer) -> list[Track]:
        """The track of each box of the answer; boxes that continue none begin their own."""
        boxes = answer.plates.boxes
        live = [track for track in self.tracks if frame - track.seen <= PATIENCE]
        owners: dict[int, Track] = {}
        if live:
            for box, last in match_boxes(boxes, np.stack([track.box for track in live]), SAME_PLATE):
                owners[box] = live[last]
        followed = []
        for index, (text, score) in enumerate(answer.scored_texts):
            track = owners.get(index) or self._begin(frame, boxes[index])
            track.box, track.seen = boxes[index], frame
            track.readings.append(Reading(answer.log_probabilities[index], text, score))
            followed.append(track)
        return followed

    def _begin(self, frame: int, box: Floats) -> Track:
        track = Track(box, frame)
        self.tracks.append(track)
        return track
