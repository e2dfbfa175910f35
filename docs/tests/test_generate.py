"""The reference pages are those that the code, the definition and the charts give now."""

import subprocess
import sys
from pathlib import Path

GENERATE = Path(__file__).parents[1] / "generate.py"


def test_the_reference_pages_are_up_to_date() -> None:
    done = subprocess.run([sys.executable, str(GENERATE), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
