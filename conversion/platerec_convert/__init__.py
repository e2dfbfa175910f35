"""Turns weights into a folder of built models that Triton serves and `platerec release build` reads."""

import os

# ONNX Runtime reports its use to its maker unless told not to, before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
