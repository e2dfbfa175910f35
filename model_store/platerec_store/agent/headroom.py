"""Whether a second release fits into memory beside the one that serves."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.swap.wanted import WantedModel
from platerec_store.triton.port import Triton

_TIMES = 2
"""A loaded model takes about its files' size, and as much again for its activations. An estimate: Triton has the
last word."""


@dataclass(frozen=True)
class Headroom:
    """The memory that is left: of the GPU where Triton's metrics tell of one, else of the node."""

    triton: Triton
    meminfo: Path = Path("/proc/meminfo")

    def check(self, release: str, models: Sequence[WantedModel]) -> None:
        """FaultError (MemoryShort) when loading the models is likely to fail."""
        needed = _TIMES * sum(file.size for model in models for file in model.files)
        gpu = self.triton.free_gpu_memory()
        free = _available(self.meminfo) if gpu is None else gpu
        if free is not None and needed > free:
            where = "the node" if gpu is None else "the GPU"
            message = (
                f"Release {release!r} needs about {needed / 1e6:.0f} MB of memory beside the one that serves, and "
                f"{where} has less left: give the pods more, or set spec.models.update.strategy to RollingUpdate."
            )
            raise FaultError(Reason.MEMORY_SHORT, message)


def _available(meminfo: Path) -> int | None:
    """Bytes that the kernel says are available; None where it does not say."""
    try:
        lines = meminfo.read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None
