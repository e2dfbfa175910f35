"""An S3 bucket and prefix as an object store."""

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from weakref import WeakValueDictionary

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from platerec_store.objects.credentials import Credentials, Keys
from platerec_store.objects.faults import translated
from platerec_store.objects.port import ObjectInfo, ObjectMissingError, StoreError
from platerec_store.release.reasons import Reason
from platerec_store.release.source import S3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LARGEST_DOCUMENT = 16 << 20
"""Bytes of a manifest or channel: one object of one tenant must not take the operator's memory."""

_PIECE = 1 << 20
_PART = TransferConfig(multipart_threshold=64 << 20, multipart_chunksize=64 << 20, max_concurrency=4)


def open_store(
    s3: S3, credentials: Credentials | None = None, *, ca_file: Path | None = None, ca_pem: str | None = None
) -> "S3Store":
    """The store of a source. Without credentials the SDK's own chain is asked, workload identity included.

    A certificate authority comes as a bundle file or as its text. Nothing is sent until the first call.
    """
    return S3Store(s3, credentials, _Authority(ca_file, ca_pem))


class _Authority:
    """The CA bundle that the SDK wants as a file; a text becomes a file that lives as long as the store."""

    def __init__(self, file: Path | None, pem: str | None) -> None:
        self.path = str(file) if file else None
        if pem:
            self._own = tempfile.NamedTemporaryFile("w", suffix=".crt")  # noqa: SIM115 # lives as long as we do
            self._own.write(pem)
            self._own.flush()
            self.path = self._own.name


class S3Store:
    """The port over boto3; safe to use from several threads."""

    def __init__(self, s3: S3, credentials: Credentials | None, authority: _Authority) -> None:
        self._s3 = s3
        self._credentials = credentials
        self._authority = authority
        self._open: tuple[Keys | None, S3Client] | None = None

    def url(self, key: str = "") -> str:
        """`s3://bucket/prefix/key`."""
        return self._s3.url(key)

    def info(self, key: str) -> ObjectInfo:
        """Size and ETag."""
        try:
            with translated(self._s3, key):
                head = self._client().head_object(Bucket=self._s3.bucket, Key=self._s3.key(key))
        except ObjectMissingError:
            self._ask_for_bucket(key)
            raise
        return ObjectInfo(key, head["ContentLength"], head["ETag"], head["LastModified"])

    def get(self, key: str) -> bytes:
        """The content, up to a size that no document has."""
        content = bytearray()
        for piece in self.fetch(key):
            content += piece
            if len(content) > LARGEST_DOCUMENT:
                message = f"{self.url(key)} is larger than {LARGEST_DOCUMENT} bytes: that is no document of a release."
                raise StoreError(Reason.MANIFEST_INVALID, message)
        return bytes(content)

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """All objects below, a page at a time."""
        strip = len(self._s3.key(""))
        with translated(self._s3, prefix):
            pages = self._client().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._s3.bucket, Prefix=self._s3.key(prefix)):
                for found in page.get("Contents", ()):
                    yield ObjectInfo(found["Key"][strip:], found["Size"], found["ETag"], found["LastModified"])

    def fetch(self, key: str, start: int = 0, etag: str | None = None) -> Iterator[bytes]:
        """The content from `start` on; the connection is given back when the iterator is closed."""
        # An empty object has no byte 0, so a range is asked for only when it leaves something out.
        wanted = {"Range": f"bytes={start}-"} if start else {}
        if etag is not None:
            wanted["IfMatch"] = etag
        with translated(self._s3, key):
            answer = self._client().get_object(Bucket=self._s3.bucket, Key=self._s3.key(key), **wanted)  # type: ignore[arg-type] # stubs know no **dict
            with closing(answer["Body"]) as body:
                yield from body.iter_chunks(_PIECE)

    def put(self, key: str, body: bytes, *, if_absent: bool = False, if_match: str | None = None) -> None:
        """Write under a condition."""
        condition = {"IfNoneMatch": "*"} if if_absent else {"IfMatch": if_match} if if_match else {}
        with translated(self._s3, key):
            self._client().put_object(Bucket=self._s3.bucket, Key=self._s3.key(key), Body=body, **condition)  # type: ignore[arg-type] # stubs know no **dict

    def upload(self, key: str, body: BinaryIO, sent: Callable[[int], None]) -> None:
        """Write an object of any size, large ones in parts."""
        with translated(self._s3, key):
            self._client().upload_fileobj(
                body, Bucket=self._s3.bucket, Key=self._s3.key(key), Callback=sent, Config=_PART
            )

    def delete(self, key: str) -> None:
        """Take an object away."""
        with translated(self._s3, key):
            self._client().delete_object(Bucket=self._s3.bucket, Key=self._s3.key(key))

    def _ask_for_bucket(self, key: str) -> None:
        """A 404 to HEAD has no body that says whether the bucket or the object is missing."""
        with translated(self._s3, key):
            self._client().list_objects_v2(Bucket=self._s3.bucket, MaxKeys=1)

    def _client(self) -> "S3Client":
        keys = self._credentials.read() if self._credentials else None
        if self._open is None or self._open[0] != keys:
            self._open = (keys, _connect(self._s3, keys, self._authority.path))
        return self._open[1]


_connecting = threading.Lock()
"""A session makes one client at a time (boto3: sessions are not thread safe, clients are)."""


@cache
def _session() -> boto3.session.Session:
    """One session for all stores: it holds the service's model, which takes most of the memory."""
    return boto3.session.Session()


_clients: "WeakValueDictionary[tuple[object, ...], S3Client]" = WeakValueDictionary()
"""A client is a megabyte, and many stores differ in bucket and prefix alone."""


def _connect(s3: S3, keys: Keys | None, authority: str | None) -> "S3Client":
    """The client that all stores of the same server and keys share."""
    same = (s3.endpoint, s3.region, s3.path_style, keys, authority)
    with _connecting:
        client = _clients.get(same) or _build_client(s3, keys, authority)
        _clients[same] = client
    return client


def _build_client(s3: S3, keys: Keys | None, authority: str | None) -> "S3Client":
    config = Config(
        connect_timeout=5,
        read_timeout=20,
        retries={"mode": "standard", "total_max_attempts": 2},
        s3={"addressing_style": "path" if s3.path_style else "virtual"},
        # The newer default checksums are refused by some stores that are not AWS's.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    client: S3Client = _session().client(
        "s3",
        region_name=s3.region,
        endpoint_url=s3.endpoint,
        verify=authority,
        aws_access_key_id=keys.access_key if keys else None,
        aws_secret_access_key=keys.secret_key if keys else None,
        aws_session_token=keys.session_token if keys else None,
        config=config,
    )
    return client
