"""Quantities of Kubernetes (`512Mi`, `1.5`, `200m`) as exact numbers."""

import re
from decimal import Decimal

_PATTERN = re.compile(r"(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+))(?P<suffix>[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?")
_BINARY = {suffix: Decimal(2) ** (10 * power) for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1)}
_DECIMAL = {
    suffix: Decimal(10) ** power
    for suffix, power in {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}.items()
}
_FACTORS = _BINARY | _DECIMAL


def parse_quantity(text: str | int) -> Decimal:
    """The number that a quantity stands for; ValueError when it is none."""
    match = _PATTERN.fullmatch(str(text))
    if match is None:
        raise ValueError(f"{text!r} is no quantity; write for example 512Mi")
    suffix = match["suffix"] or ""
    if suffix in _FACTORS or not suffix:
        return Decimal(match["number"]) * _FACTORS.get(suffix, Decimal(1))
    return Decimal(match["number"] + suffix)


def format_bytes(count: int) -> str:
    """Bytes in the largest binary unit that keeps them whole: 536870912 -> `512Mi`, as the API server writes it."""
    whole = [suffix for suffix, factor in _BINARY.items() if count and count % int(factor) == 0]
    return f"{count // int(_BINARY[whole[-1]])}{whole[-1]}" if whole else str(count)
