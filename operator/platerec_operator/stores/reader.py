"""Which release a store names. Everything here blocks and is called from threads."""

from collections.abc import Callable
from dataclasses import dataclass

from platerec_operator.api.lookup import Found, Query
from platerec_store.objects.credentials import Keys
from platerec_store.objects.port import ObjectStore, StoreError
from platerec_store.objects.reading import read_channel, read_manifest, read_repository
from platerec_store.objects.s3 import open_store
from platerec_store.release.layout import find_grammars, manifest_key
from platerec_store.release.manifest import PIPELINE
from platerec_store.release.reasons import Reason
from platerec_store.release.repository import Repository
from platerec_store.release.source import S3


@dataclass(frozen=True)
class Access:
    """How a store lets the operator in; without keys the SDK's own chain is asked."""

    keys: Keys | None = None
    authority: str | None = None


def connect(s3: S3, access: Access) -> ObjectStore:
    """The real store."""
    return open_store(s3, access.keys, ca_pem=access.authority)


class StoreReader:
    """One recognizer's store: its connection is kept, and a manifest is read again only when its ETag changed.

    A repository has no manifest that is written last, so a change of it counts when two readings in a row agree.
    """

    def __init__(self, connect: Callable[[S3, Access], ObjectStore] = connect) -> None:
        self._connect = connect
        self._opened: tuple[S3, Access, ObjectStore] | None = None
        self._verified: tuple[Query, str, str, Found] | None = None
        self._listed: str = ""
        self._answered: tuple[Query, Found] | None = None

    def read(self, query: Query, access: Access) -> Found:
        """The release that the query asks for, verified to be usable; StoreError says why there is none."""
        store = self._open(query.source.s3, access)
        if query.source.layout == "repository":
            return self._settle(query, read_repository(store), store.url())
        release = query.name or read_channel(store, query.channel or "").release
        return self._verify(store, query, release)

    def _settle(self, query: Query, repository: Repository, url: str) -> Found:
        """What is listed, or what was answered before while that may still be written."""
        before, self._listed = self._listed, repository.digest
        if self._answered and self._answered[0] == query and before != repository.digest:
            return self._answered[1]
        if query.model not in repository.models:
            listed = ", ".join(repository.models)
            message = f"{url} holds no model {query.model!r} (spec.pipeline.model), but these: {listed}."
            raise StoreError(Reason.REPOSITORY_EMPTY, message)
        found = Found(repository.release, repository.digest)
        self._answered = (query, found)
        return found

    def _open(self, s3: S3, access: Access) -> ObjectStore:
        if self._opened is None or self._opened[:2] != (s3, access):
            self._opened = (s3, access, self._connect(s3, access))
            self._verified = None
        return self._opened[2]

    def _verify(self, store: ObjectStore, query: Query, release: str) -> Found:
        try:
            etag = store.info(manifest_key(release)).etag
        except StoreError as error:
            if error.reason is not Reason.BLOB_MISSING:
                raise
            etag = ""  # reading it says in which words it is missing
        if etag and self._verified and self._verified[:3] == (query, release, etag):
            return self._verified[3]
        manifest, digest = read_manifest(store, release)
        if query.profile not in manifest.profiles():
            built = ", ".join(sorted(manifest.profiles())) or "no profile at all"
            message = f"Release {release!r} in {store.url()} was built for {built}, not for {query.profile}."
            raise StoreError(Reason.PROFILE_MISSING, message)
        grammars = find_grammars(file.path for file in manifest.model(PIPELINE).profiles[query.profile].files)
        if grammars and query.grammar not in grammars:
            known = ", ".join(sorted(grammars))
            message = f"The pipeline of release {release!r} in {store.url()} knows {known}, not {query.grammar!r}."
            raise StoreError(Reason.GRAMMAR_MISSING, message)
        found = Found(release, digest)
        self._verified = (query, release, etag, found)
        return found
