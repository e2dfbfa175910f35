"""The project's own drawing of the plate alphabet: each character as the centre lines of its strokes.

The unit box runs from (0, 0), top left, to (1, 1); the pen's width is added when a glyph is drawn.
"""

import numpy as np
from numpy.typing import NDArray

Line = NDArray[np.float64]
"""Points `[n, 2]` of a polyline."""

Glyph = tuple[Line, ...]


def line(*points: tuple[float, float]) -> Line:
    """Straight pieces from point to point."""
    return np.array(points, dtype=np.float64)


def arc(centre: tuple[float, float], radii: tuple[float, float], start: float, end: float) -> Line:
    """A piece of an ellipse; degrees, clockwise from the right, as y points down."""
    angles = np.radians(np.linspace(start, end, 20))
    return np.stack([centre[0] + radii[0] * np.cos(angles), centre[1] + radii[1] * np.sin(angles)], axis=1)


def path(*pieces: Line) -> Line:
    """One stroke of several pieces."""
    return np.concatenate(pieces)


def _turned(glyph: Glyph) -> Glyph:
    return tuple(1 - stroke for stroke in glyph)


def _oval() -> Glyph:
    top, bottom = arc((0.5, 0.3), (0.5, 0.3), 180, 360), arc((0.5, 0.7), (0.5, 0.3), 0, 180)
    return (path(top, bottom, line((0, 0.3))),)


SIX: Glyph = (path(line((0.74, 0)), arc((0.62, 0.68), (0.6, 0.5), 235, 190), arc((0.5, 0.69), (0.5, 0.31), 180, -180)),)

GLYPHS: dict[str, Glyph] = {
    "0": _oval(),
    "1": (line((0, 0.28), (1, 0), (1, 1)),),
    "2": (path(arc((0.5, 0.28), (0.48, 0.28), 185, 395), line((0, 1), (1, 1))),),
    "3": (
        path(arc((0.48, 0.25), (0.46, 0.25), 195, 450), line((0.36, 0.5))),
        path(line((0.36, 0.5)), arc((0.5, 0.73), (0.5, 0.27), -90, 165)),
    ),
    "4": (line((0.58, 0), (0, 0.72), (1, 0.72)), line((0.76, 0.45), (0.76, 1))),
    "5": (path(line((0.92, 0), (0.12, 0), (0.05, 0.46)), arc((0.5, 0.68), (0.5, 0.32), -130, 155)),),
    "6": SIX,
    "7": (line((0, 0), (1, 0), (0.36, 1)),),
    "8": (arc((0.5, 0.25), (0.43, 0.25), 0, 360), arc((0.5, 0.74), (0.5, 0.26), 0, 360)),
    "9": _turned(SIX),
    "A": (line((0, 1), (0.5, 0), (1, 1)), line((0.18, 0.68), (0.82, 0.68))),
    "B": (
        path(line((0, 0.47), (0, 0), (0.6, 0)), arc((0.6, 0.235), (0.34, 0.235), -90, 90), line((0, 0.47))),
        path(line((0.6, 0.47)), arc((0.64, 0.735), (0.36, 0.265), -90, 90), line((0, 1), (0, 0.4))),
    ),
    "C": (path(arc((0.5, 0.3), (0.5, 0.3), -15, -180), arc((0.5, 0.7), (0.5, 0.3), 180, 15)),),
    "E": (line((1, 0), (0, 0), (0, 1), (1, 1)), line((0, 0.48), (0.88, 0.48))),
    "H": (line((0, 0), (0, 1)), line((1, 0), (1, 1)), line((0, 0.5), (1, 0.5))),
    "K": (line((0, 0), (0, 1)), line((0.95, 0), (0, 0.6)), line((0.34, 0.4), (1, 1))),
    "M": (line((0, 1), (0, 0), (0.5, 0.7), (1, 0), (1, 1)),),
    "O": _oval(),
    "P": (path(line((0, 1), (0, 0), (0.58, 0)), arc((0.6, 0.28), (0.4, 0.28), -90, 90), line((0, 0.56))),),
    "R": (
        path(line((0, 1), (0, 0), (0.58, 0)), arc((0.6, 0.27), (0.4, 0.27), -90, 90), line((0, 0.54))),
        line((0.5, 0.54), (1, 1)),
    ),
    "S": (path(arc((0.5, 0.25), (0.46, 0.25), -20, -270), arc((0.5, 0.75), (0.48, 0.25), -90, 160)),),
    "T": (line((0, 0), (1, 0)), line((0.5, 0), (0.5, 1))),
    "U": (path(line((0, 0)), arc((0.5, 0.7), (0.5, 0.3), 180, 0), line((1, 0))),),
    "X": (line((0, 0), (1, 1)), line((1, 0), (0, 1))),
    "Y": (line((0, 0), (0.52, 0.62)), line((1, 0), (0.62, 0.74), (0.46, 0.94), (0.12, 1))),
}

WIDTHS = dict.fromkeys("023456789", 0.6) | {"1": 0.4, "A": 0.95, "B": 0.83, "C": 0.84, "E": 0.76, "H": 0.86}
WIDTHS |= {"K": 0.88, "M": 1.02, "O": 0.84, "P": 0.8, "R": 0.75, "S": 0.7, "T": 0.84, "U": 0.75, "X": 0.92, "Y": 0.88}
"""Width of each character, as a share of its height."""
