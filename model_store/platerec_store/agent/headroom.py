"""Whether a second release fits into memory beside the one that serves."""

import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.swap.wanted import WantedModel

_TIMES = 2
"""A loaded model takes about its files' size, and as much again for its activations. An estimate: Triton has the
last word."""


@dataclass(frozen=True)
class Headroom:
    """The memory that is left: of the GPU where Triton's metrics tell of one, else of the node."""

    metrics_url: str
    meminfo: Path = Path("/proc/meminfo")

    def check(self, release: str, models: Sequence[WantedModel]) -> None:
        """FaultError (MemoryShort) when loading the models is likely to fail."""
        needed = _TIMES * sum(file.size for model in models for file in model.files)
        gpu = _free_on_gpu(_read(self.metrics_url))
        free = _available(self.meminfo) if gpu is None else gpu
        if free is not None and needed > free:
            where = "the node" if gpu is None else "the GPU"
            message = (
                f"Release {release!r} needs about {needed / 1e6:.0f} MB of memory beside the one that serves, and "
                f"{where} has {free / 1e6:.0f} MB left: give the pods more, or set spec.models.update.strategy to "
                "RollingUpdate."
            )
            raise FaultError(Reason.MEMORY_SHORT, message)


def _read(url: str) -> str:
    """The metrics; none while Triton starts, when nothing is loaded yet that could be in the way."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 # Triton's, on this pod
            return str(answer.read().decode())
    except (urllib.error.URLError, OSError):
        return ""


def _free_on_gpu(metrics: str) -> int | None:
    """Bytes that are free on the fullest GPU; None without one."""
    sizes: dict[str, dict[str, float]] = {"nv_gpu_memory_total_bytes": {}, "nv_gpu_memory_used_bytes": {}}
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            if sample.name in sizes:
                sizes[sample.name][sample.labels.get("gpu_uuid", "")] = sample.value
    total, used = sizes.values()
    return min((int(total[gpu] - used.get(gpu, 0.0)) for gpu in total), default=None)


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
