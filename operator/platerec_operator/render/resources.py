"""Requests and limits of the container `triton`."""

from platerec_operator.api.quantity import format_bytes, parse_quantity
from platerec_operator.api.recognizer import RecognizerSpec

Resources = dict[str, dict[str, str]]


def build_resources(spec: RecognizerSpec, shared_memory: int) -> Resources:
    """What the user set, with /dev/shm on top of the memory limit, which counts it, and the GPUs of the profile.

    Extended resources are limits; their requests follow.
    """
    requests = {name: str(value) for name, value in spec.server.resources.requests.items()}
    limits = {name: str(value) for name, value in spec.server.resources.limits.items()}
    if "memory" in limits:
        limits["memory"] = format_bytes(int(parse_quantity(limits["memory"])) + shared_memory)
    if spec.gpu:
        limits[spec.gpu.resource_name] = str(spec.gpu.count)
    return {kind: values for kind, values in (("requests", requests), ("limits", limits)) if values}
