"""Whether a candidate reads its golden samples as it must, and as fast as the release that serves. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from platerec_store.release.decision import Gate
from platerec_store.swap.wanted import WantedSample

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Reading:
    """One plate of an answer: its text, and its box as x1, y1, x2, y2 in the picture's pixels."""

    text: str
    box: Box


Answers = Sequence[tuple[WantedSample, Sequence[Reading]]]


def judge_readings(answers: Answers, gate: Gate) -> str | None:
    """Why the candidate may not serve, as a sentence that names sample, expected and got; None when it may.

    Each expected plate counts once, and so does a sample that expects none: any plate that is seen there is wrong.
    """
    verdicts = [verdict for sample, readings in answers for verdict in _judge_sample(sample, readings)]
    wrong = [verdict for verdict in verdicts if verdict]
    if not verdicts or 1 - len(wrong) / len(verdicts) >= gate.min_exact_match:
        return None
    good = len(verdicts) - len(wrong)
    share = f"{good} of {len(verdicts)} golden plates are as expected, {gate.min_exact_match:.0%} must be"
    return f"{share}: {wrong[0]}."


def judge_latency(candidate: float, active: float, gate: Gate) -> str | None:
    """Why the candidate is too slow; None when it is not. Both in seconds for the same pictures."""
    if candidate <= active * gate.max_latency_ratio:
        return None
    return (
        f"The golden pictures take it {candidate * 1e3:.1f} ms and the release that serves {active * 1e3:.1f} ms: "
        f"{candidate / active:.1f} times as long, {gate.max_latency_ratio:g} times is allowed."
    )


def _judge_sample(sample: WantedSample, readings: Sequence[Reading]) -> list[str | None]:
    """For each expectation of a sample, what is wrong with the answer, None when nothing is."""
    if not sample.plates:
        seen = ", ".join(reading.text or "an empty text" for reading in readings)
        return [f"sample {sample.name} expected no plate, got {seen}" if readings else None]
    left, verdicts = list(readings), list[str | None]()
    for plate in sample.plates:
        best = max(left, key=lambda reading: overlap(plate.box, reading.box), default=None)
        found = best is not None and overlap(plate.box, best.box) >= sample.iou
        if best is not None and found:
            left.remove(best)
        got = best.text if best is not None and found else f"no plate at {_format_box(plate.box)}"
        same = got == plate.text
        verdicts.append(None if same else f"sample {sample.name} expected {plate.text}, got {got}")
    return verdicts


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    return common / (_area(one) + _area(other) - common)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _format_box(box: Box) -> str:
    return ",".join(f"{value:.0f}" for value in box)
