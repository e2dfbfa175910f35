"""`layout: repository`: a plain Triton repository under a prefix, read as an implicit release.

Operator and agent compute the release from a listing in the same way, so the digest of the listing stands
where a published release has the digest of its manifest.
"""

import json
import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, Field

from platerec_store.release.document import Part
from platerec_store.release.manifest import Digest, ReleaseName, digest_of

_MODEL_FILE = re.compile(r"[A-Za-z0-9][\w.-]*/.+")
_VERSION_FOLDER = re.compile(r"(?P<model>[^/]+)/(?P<version>[1-9]\d*)/")


def _inside(path: str) -> str:
    """People name their files as they like; only what would leave the repository is refused."""
    if path.startswith("/") or ".." in path.split("/") or not path.isprintable():
        raise ValueError(f"{path!r} leaves the repository")
    return path


class RepositoryFile(Part):
    """One object under the prefix; a `path` that ends in `/` is an empty version folder (of an ensemble)."""

    path: Annotated[str, AfterValidator(_inside)]
    size: int = Field(ge=0)
    etag: str


class Repository(Part):
    """The files to serve, the name under which they are reported, and the digest that pins them."""

    release: ReleaseName
    digest: Digest
    files: tuple[RepositoryFile, ...]

    @property
    def models(self) -> tuple[str, ...]:
        """The names of the models, sorted."""
        return tuple(sorted({_model_of(file.path) for file in self.files}))

    def files_of(self, model: str) -> tuple[RepositoryFile, ...]:
        """The files of one model."""
        return tuple(file for file in self.files if _model_of(file.path) == model)


def build_repository(files: Iterable[RepositoryFile]) -> Repository:
    """The implicit release of a listing; without models when no `<model>/<version>/` folder is in it.

    Objects beside the models (a README, folders without a version) are left out, so that they change nothing.
    """
    listed = [file for file in files if _belongs_to_a_model(file.path)]
    models = {match["model"] for file in listed if (match := _VERSION_FOLDER.match(file.path))}
    kept = sorted((file for file in listed if _model_of(file.path) in models), key=lambda file: file.path)
    text = json.dumps([[file.path, file.size, file.etag] for file in kept], separators=(",", ":"))
    digest = digest_of(text.encode())
    return Repository(release=f"repository-{digest.partition(':')[2][:12]}", digest=digest, files=tuple(kept))


def _belongs_to_a_model(path: str) -> bool:
    if path.endswith("/"):
        return _VERSION_FOLDER.fullmatch(path) is not None
    return _MODEL_FILE.fullmatch(path) is not None


def _model_of(path: str) -> str:
    return path.partition("/")[0]
