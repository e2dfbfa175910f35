"""Where things lie in a store, relative to its prefix, and in a pod's model repository."""

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
