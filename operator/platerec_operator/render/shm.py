"""How large /dev/shm is.

Triton's Python backend hands every tensor to its models through shared memory. `auto` counts, for each request that
a pod works on at once, the frame twice (to the pipeline, on to the detector) and three sets of crops (out of the
detector, through the rectifier, into the reader), each set as large as `maxPlates` allows; adds what the model
processes take at rest; and takes the next power of two. It only ever grows, so that editing `maxPlates` downwards
does not replace pods.
"""

from platerec_operator.api.quantity import parse_quantity
from platerec_operator.api.recognizer import RecognizerSpec

LARGEST_FRAME = 3840 * 2160 * 3
"""Bytes of a 4K frame, UINT8 BGR."""

CROP = 3 * 24 * 94 * 4
"""Bytes of one normalised crop, FP32."""

AT_REST = 64 << 20
"""Bytes that the model processes take before the first request: 1 MiB each, and room for more of them."""

REQUESTS_AT_ONCE = 8
"""The instances of the pipeline, each of which works on one request."""


def build_shared_memory(spec: RecognizerSpec, grown: int) -> int:
    """Bytes of /dev/shm; `grown` is what the recognizer had before, 0 at first."""
    wish = spec.server.shared_memory
    if wish != "auto":
        return int(parse_quantity(wish))
    request = 2 * LARGEST_FRAME + 3 * spec.pipeline.max_plates * CROP
    needed = AT_REST + REQUESTS_AT_ONCE * request
    return max(grown, 1 << (needed - 1).bit_length())
