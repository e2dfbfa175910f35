"""Which place a configured tensor has in a TorchScript `forward`, by the naming rules of NVIDIA's backend. Pure."""

import re
from collections.abc import Sequence

NUMBERED = re.compile(r".+__(\d+)")


def input_places(names: Sequence[str], arguments: Sequence[str]) -> list[int]:
    """Place of each input: its argument's when `forward` has arguments of these names, else as `output_places`."""
    if all(name in arguments for name in names):
        return [arguments.index(name) for name in names]
    return output_places(names)


def output_places(names: Sequence[str]) -> list[int]:
    """Place of each tensor: the number in `<name>__<number>` when all have one, else the order of the configuration."""
    numbers = [NUMBERED.fullmatch(name) for name in names]
    if all(numbers):
        return [int(number.group(1)) for number in numbers if number]
    return list(range(len(names)))
