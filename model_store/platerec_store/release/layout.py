"""Where things lie in a store, relative to its prefix, and in a pod's model repository."""

import re
from collections.abc import Iterable

from platerec_store.release.manifest import PIPELINE, File, Model

PINS = ".pins"
"""In the repository's root: what pipelines read at the start of each request."""

BLOBS = "blobs/"
CHANNELS = "channels/"
RELEASES = "releases/"


def blob_key(digest: str) -> str:
    """`sha256:<hex>` -> `blobs/sha256/<hex>`."""
    algorithm, _, value = digest.partition(":")
    return f"{BLOBS}{algorithm}/{value}"


def manifest_key(release: str) -> str:
    """The commit marker of a release: it exists when this object does."""
    return f"{RELEASES}{release}/manifest.json"


def channel_key(channel: str) -> str:
    """The pointer of a channel."""
    return f"{CHANNELS}{channel}.json"


def find_grammars(paths: Iterable[str]) -> frozenset[str]:
    """The grammars that a pipeline's files hold (`4/platerec_pipeline/grammars/ru.json`).

    Somebody's own pipeline may hold none.
    """
    found = (re.fullmatch(r"\d+/platerec_pipeline/grammars/([^/]+)\.json", path) for path in paths)
    return frozenset(match[1] for match in found if match)


def pins_path(model: str, version: int) -> str:
    """The pins of one version of a pipeline; another version reads a file of its own, or none."""
    return f"{PINS}/{model}-{version}.json"


def repository_path(model: Model, file: File) -> str:
    """Where a file of a model lies in the pod's repository.

    A sub-model has a folder of its own for each version, always as Triton version 1
    (`plate_reader_v7/1/model.onnx`), so that loading it touches nothing that serves. The pipeline keeps its
    version folder.
    """
    if model.name == PIPELINE:
        return f"{model.name}/{file.path}"
    version, _, rest = file.path.partition("/")
    path = f"1/{rest}" if rest and version == str(model.version) else file.path
    return f"{model.loaded_name}/{path}"
