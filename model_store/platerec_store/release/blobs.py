"""Which blobs a release consists of."""

from platerec_store.release.manifest import Manifest


def blobs_of(manifest: Manifest) -> dict[str, int]:
    """Digest -> size of every blob that the release names: the files of all profiles and the golden pictures."""
    sizes = {sample.picture: sample.size for sample in manifest.golden}
    for model in manifest.models:
        for build in model.profiles.values():
            sizes |= {file.sha256: file.size for file in build.files}
    return sizes
