"""Whether a volume has room."""

import os
from pathlib import Path

from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason


def check_space(folder: Path, needed: int, purpose: str) -> None:
    """FaultError (DiskFull) when the folder's volume has less than `needed` bytes free."""
    volume = os.statvfs(folder)
    free = volume.f_bavail * volume.f_frsize
    if needed > free:
        message = (
            f"The volume of {folder} has less than the {_megabytes(needed)} free that {purpose} still needs: "
            "give it more space."
        )
        raise FaultError(Reason.DISK_FULL, message)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
