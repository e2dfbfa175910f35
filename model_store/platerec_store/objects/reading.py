"""Reading the documents of a store: what is missing or wrong becomes a StoreError with its reason."""

from platerec_store.objects.port import ObjectMissingError, ObjectStore, StoreError
from platerec_store.release.channel import Channel
from platerec_store.release.document import DocumentError, DocumentTooNewError
from platerec_store.release.layout import channel_key, manifest_key
from platerec_store.release.manifest import Manifest, digest_of
from platerec_store.release.reasons import Reason
from platerec_store.release.repository import Repository, RepositoryFile, build_repository


def read_channel(store: ObjectStore, name: str) -> Channel:
    """What the channel points to."""
    key = channel_key(name)
    try:
        return Channel.parse(store.get(key), store.url(key))
    except ObjectMissingError as error:
        message = f"Channel {name!r} names no release yet ({store.url(key)}): promote one into it."
        raise StoreError(Reason.CHANNEL_NOT_FOUND, message) from error
    except DocumentTooNewError as error:
        raise StoreError(Reason.MANIFEST_TOO_NEW, str(error)) from error
    except DocumentError as error:
        raise StoreError(Reason.CHANNEL_INVALID, str(error)) from error


def read_manifest(store: ObjectStore, release: str) -> tuple[Manifest, str]:
    """The manifest of a release, and the digest of its bytes."""
    key = manifest_key(release)
    try:
        content = store.get(key)
        manifest = Manifest.parse(content, store.url(key))
    except ObjectMissingError as error:
        message = f"Release {release!r} was never published: {store.url(key)} does not exist."
        raise StoreError(Reason.RELEASE_NOT_FOUND, message) from error
    except DocumentTooNewError as error:
        raise StoreError(Reason.MANIFEST_TOO_NEW, str(error)) from error
    except DocumentError as error:
        raise StoreError(Reason.MANIFEST_INVALID, str(error)) from error
    if manifest.release != release:
        message = f"{store.url(key)} is the manifest of release {manifest.release!r}, not of {release!r}."
        raise StoreError(Reason.MANIFEST_INVALID, message)
    return manifest, digest_of(content)


def read_repository(store: ObjectStore) -> Repository:
    """The implicit release of a plain Triton repository."""
    try:
        files = [RepositoryFile(path=found.key, size=found.size, etag=found.etag) for found in store.list()]
    except ValueError as error:
        message = f"{store.url()} has a file whose name Triton could not be given: {error}"
        raise StoreError(Reason.MANIFEST_INVALID, message) from error
    repository = build_repository(files)
    if not repository.files:
        message = f"{store.url()} holds no Triton repository: there is no <model>/<version>/ folder below it."
        raise StoreError(Reason.REPOSITORY_EMPTY, message)
    return repository
