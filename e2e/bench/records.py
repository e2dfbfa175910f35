"""What the load keeps of each request, as short lines of JSON. Standard library only: it runs in the load's pod too."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, TextIO


@dataclass(frozen=True)
class Answer:
    """All of an answer that tells which models made it; one value for each plate."""

    release: str
    texts: tuple[str, ...]
    boxes: tuple[tuple[float, ...], ...]
    scores: tuple[float, ...] = ()


@dataclass(frozen=True)
class Request:
    """One request: seconds since the epoch at which it was due, seconds from then to its end, and what came of it."""

    at: float
    latency: float
    protocol: str
    frame: int
    answer: Answer | None
    error: str = ""

    @property
    def end(self) -> float:
        return self.at + self.latency


class Log:
    """Requests of one process, appended to a file; equal answers are written once."""

    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("w", buffering=1)
        self._known: dict[Answer, int] = {}

    def add(self, request: Request) -> None:
        number = -1
        if request.answer is not None:
            number = self._known.get(request.answer, len(self._known))
            if number == len(self._known):
                self._known[request.answer] = number
                self._write(astuple(request.answer), "answer")
        line = [round(request.at, 4), round(request.latency, 5), request.protocol, request.frame, number]
        self._write([*line, request.error] if request.error else line, "request")

    def close(self) -> None:
        self._file.close()

    def _write(self, values: Any, kind: str) -> None:
        self._file.write(json.dumps({kind: values}, separators=(",", ":")) + "\n")


def parse_log(lines: Iterable[str]) -> Iterator[Request]:
    """The requests of one process's file."""
    answers: list[Answer] = []
    for line in lines:
        said = json.loads(line)
        if "answer" in said:
            release, texts, boxes, scores = said["answer"]
            answers.append(Answer(release, tuple(texts), tuple(map(tuple, boxes)), tuple(scores)))
        else:
            at, latency, protocol, frame, number, *error = said["request"]
            answer = answers[number] if number >= 0 else None
            yield Request(at, latency, protocol, frame, answer, "".join(error))
