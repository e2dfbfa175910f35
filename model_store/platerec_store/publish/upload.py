"""Bringing a built release into a store: blobs first, the manifest last."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from platerec_store.objects.port import ConflictError, ObjectMissingError, ObjectStore, StoreError
from platerec_store.objects.reading import read_manifest
from platerec_store.publish.catalogue import published_releases
from platerec_store.publish.errors import PublishError
from platerec_store.publish.local import LocalStore, digest_of_file
from platerec_store.release.blobs import blobs_of
from platerec_store.release.immutable import find_version_conflict
from platerec_store.release.layout import blob_key, manifest_key
from platerec_store.release.manifest import Manifest
from platerec_store.release.reasons import Reason


@dataclass(frozen=True)
class Published:
    """What a publication did; `new` is false when the store had the same release already."""

    new: bool
    uploaded: int
    skipped: int


def publish_release(
    store: ObjectStore, local: LocalStore, manifest: Manifest, sent: Callable[[int], None]
) -> Published:
    """Publish; the same release again repairs missing and corrupt blobs and is no error. `sent` hears of bytes done.

    PublishError: the name is taken by another content, or a version of a model has other bytes than before.
    """
    known = _known(store, manifest)
    if known is None:
        _check_versions(store, manifest)
    uploaded = 0
    blobs = blobs_of(manifest)
    for digest, size in blobs.items():
        if _has(store, digest, size) and (known is None or _is_intact(store, digest)):
            sent(size)
        else:
            _upload(store, local, digest, sent)
            uploaded += 1
    if known is None:
        known = _commit(store, manifest)
    return Published(new=known is None, uploaded=uploaded, skipped=len(blobs) - uploaded)


def _commit(store: ObjectStore, manifest: Manifest) -> Manifest | None:
    """Write the manifest; what somebody else wrote in the meantime, if it is the same release."""
    try:
        store.put(manifest_key(manifest.release), manifest.to_json(), if_absent=True)
    except ConflictError:
        return _known(store, manifest)
    return None


def _known(store: ObjectStore, manifest: Manifest) -> Manifest | None:
    """The release of that name in the store, if there is one; PublishError when its content is another."""
    try:
        known, _ = read_manifest(store, manifest.release)
    except StoreError as error:
        if error.reason == Reason.RELEASE_NOT_FOUND:
            return None
        raise
    if known.model_copy(update={"created": manifest.created}) != manifest:
        raise PublishError(
            f"Release {manifest.release!r} is already published with another content "
            f"({store.url(manifest_key(manifest.release))}): releases never change, choose another name."
        )
    return known


def _check_versions(store: ObjectStore, manifest: Manifest) -> None:
    for published in _readable(store):
        model = find_version_conflict(manifest, published)
        if model is not None:
            raise PublishError(
                f"Model {model.name!r} version {model.version} has other bytes in release "
                f"{published.release!r}: raise its version (rename the folder {model.version}/) and build again."
            )


def _readable(store: ObjectStore) -> Iterator[Manifest]:
    """The published releases; a manifest that nobody can read holds nothing to compare with."""
    for name in published_releases(store):
        try:
            yield read_manifest(store, name)[0]
        except StoreError as error:
            if error.transient:
                raise


def _has(store: ObjectStore, digest: str, size: int) -> bool:
    try:
        return store.info(blob_key(digest)).size == size
    except ObjectMissingError:
        return False


def _is_intact(store: ObjectStore, digest: str) -> bool:
    """Read a blob to its end: an ETag is no digest of an object that was uploaded in parts."""
    content = hashlib.sha256()
    for piece in store.fetch(blob_key(digest)):
        content.update(piece)
    return f"sha256:{content.hexdigest()}" == digest


def _upload(store: ObjectStore, local: LocalStore, digest: str, sent: Callable[[int], None]) -> None:
    path = local.blob(digest)
    if not path.is_file() or digest_of_file(path) != digest:
        raise PublishError(f"{path} is missing or damaged: build the release again.")
    with path.open("rb") as file:
        store.upload(blob_key(digest), file, sent)
