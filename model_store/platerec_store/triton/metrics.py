"""Triton's page of metrics: what requests came to, and how much memory a GPU has left."""

import urllib.request
from collections.abc import Iterator
from http.client import HTTPException

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from platerec_store.release.traffic import Traffic

_PIPELINE = {
    ("platerec_requests", "answered"): "answered",
    ("platerec_requests", "failed"): "failed",
    ("platerec_request_seconds", "answered"): "seconds",
}
"""What the pipeline counts (`platerec_pipeline/counters.py`); what is the sender's fault counts for nothing."""
_TRITON = {"nv_inference_request_success": "answered", "nv_inference_request_failure": "failed"}
"""What Triton counts for any model, for pipelines of other people."""
_MICROSECONDS = "nv_inference_request_duration_us"
_UNREADABLE = (ValueError, OverflowError)
"""What a page raises that is no page of metrics, or has a value that counts nothing: NaN, infinity."""


def fetch_page(url: str) -> str:
    """The page; empty while Triton does not answer."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 # Triton's, on this pod
            return str(answer.read().decode())
    except (OSError, HTTPException, ValueError):  # not there, or gone in the middle of a page
        return ""


def parse_traffic(page: str, model: str, release: str) -> Traffic | None:
    """What requests to a release came to since Triton started: by its pipeline's own count, else by Triton's.

    None when the page cannot be read.
    """
    try:
        return _add_up(page, model, release)
    except _UNREADABLE:
        return None


def parse_free_gpu_memory(page: str) -> int | None:
    """Bytes that are free on the fullest GPU; None without one, and when the page cannot be read."""
    try:
        return _find_least(page)
    except _UNREADABLE:
        return None


def _add_up(page: str, model: str, release: str) -> Traffic:
    mine: dict[str, float] = {}
    triton: dict[str, float] = {}
    counts_itself = False
    for sample in _samples(page):
        counts_itself = counts_itself or sample.name.startswith("platerec_")
        field = _PIPELINE.get((sample.name, sample.labels.get("outcome", "")))
        if field and sample.labels.get("release") == release:
            mine[field] = mine.get(field, 0.0) + sample.value
        if sample.labels.get("model") == model:
            if sample.name in _TRITON:
                field = _TRITON[sample.name]
                triton[field] = triton.get(field, 0.0) + sample.value
            elif sample.name == _MICROSECONDS:
                triton["seconds"] = triton.get("seconds", 0.0) + sample.value / 1e6
    found = mine if counts_itself else triton
    return Traffic(
        answered=int(found.get("answered", 0)), failed=int(found.get("failed", 0)), seconds=found.get("seconds", 0.0)
    )


def _find_least(page: str) -> int | None:
    total: dict[str, float] = {}
    used: dict[str, float] = {}
    for sample in _samples(page):
        gpu = sample.labels.get("gpu_uuid", "")
        if sample.name == "nv_gpu_memory_total_bytes":
            total[gpu] = sample.value
        elif sample.name == "nv_gpu_memory_used_bytes":
            used[gpu] = sample.value
    return min((int(total[gpu] - used.get(gpu, 0.0)) for gpu in total), default=None)


def _samples(page: str) -> Iterator[Sample]:
    """All samples under the names on the page: the parser lets those of counters end in `_total`."""
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            yield sample._replace(name=sample.name.removesuffix("_total"))
