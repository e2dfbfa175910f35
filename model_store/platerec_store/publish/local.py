"""A local directory in the store's own layout: what `release build` writes and `release publish` uploads."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from platerec_store.publish.errors import PublishError
from platerec_store.release.document import DocumentError
from platerec_store.release.layout import RELEASES, blob_key, manifest_key
from platerec_store.release.manifest import Manifest


@dataclass(frozen=True)
class LocalStore:
    """`blobs/` and `releases/` below a directory."""

    root: Path

    def keep(self, path: Path) -> str:
        """Copy a file among the blobs, unless it is there; its digest."""
        digest = digest_of_file(path)
        target = self.blob(digest)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(".part")
            shutil.copyfile(path, part)
            part.rename(target)
        return digest

    def write(self, manifest: Manifest) -> Path:
        """Write the manifest, last: with it the release exists."""
        path = self.root / manifest_key(manifest.release)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(manifest.to_json())
        return path

    def read(self, release: str) -> Manifest:
        """The manifest of a built release; PublishError when there is none."""
        path = self.root / manifest_key(release)
        if not path.is_file():
            built = ", ".join(self.releases()) or "none"
            raise PublishError(f"{self.root} holds no release {release!r} (built: {built}).")
        try:
            return Manifest.parse(path.read_bytes(), str(path))
        except DocumentError as error:
            raise PublishError(str(error)) from error

    def releases(self) -> list[str]:
        """The names of the built releases."""
        return sorted(path.parent.name for path in (self.root / RELEASES).glob("*/manifest.json"))

    def blob(self, digest: str) -> Path:
        """Where the blob of a digest lies."""
        return self.root / blob_key(digest)


def digest_of_file(path: Path) -> str:
    """The content address of a file of any size."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
