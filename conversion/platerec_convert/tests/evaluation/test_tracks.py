"""A plate is followed over frames, and its frames vote."""

from platerec_convert.evaluation.tracks import PATIENCE, Tracker
from platerec_convert.tests.evaluation.scripted import Box, Seen, answer
from platerec_pipeline.decode import Decoder
from platerec_pipeline.grammar import load_grammar

DECODER = Decoder(load_grammar("ru"))
LEFT, RIGHT = (0.0, 0.0, 50.0, 12.0), (300.0, 0.0, 350.0, 12.0)


def follow(*frames: Seen, numbers: range | None = None) -> Tracker:
    tracker = Tracker()
    for number, seen in zip(numbers or range(len(frames)), frames, strict=False):
        tracker.follow(number, answer(seen, DECODER))
    return tracker


def moved(box: Box, pixels: float) -> Box:
    return box[0] + pixels, box[1], box[2] + pixels, box[3]


def test_a_moving_plate_stays_in_its_track_beside_another() -> None:
    frames = [[(moved(LEFT, 20 * n), "Y836XH76"), (RIGHT, "A111AA77")] for n in range(5)]
    tracks = follow(*frames).tracks
    assert [(len(track.readings), track.vote(DECODER)) for track in tracks] == [(5, "Y836XH76"), (5, "A111AA77")]


def test_a_plate_may_go_unseen_for_a_while_and_no_longer() -> None:
    seen: Seen = [(LEFT, "Y836XH76")]
    assert len(follow(seen, seen, numbers=range(0, PATIENCE + 1, PATIENCE)).tracks) == 1
    assert len(follow(seen, seen, numbers=range(0, PATIENCE + 2, PATIENCE + 1)).tracks) == 2


def test_each_box_gets_the_track_it_belongs_to() -> None:
    tracker = follow([(LEFT, "Y836XH76"), (RIGHT, "A111AA77")])
    left, right = tracker.tracks
    assert tracker.follow(1, answer([(RIGHT, "A111AA77"), (LEFT, "Y836XH76")], DECODER)) == [right, left]
    assert [reading.text for reading in left.readings] == ["Y836XH76", "Y836XH76"]
