"""The backends' shared package lies where the image's Dockerfile takes it from, not on the import path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
