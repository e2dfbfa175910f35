"""Servers and stores that several tests share."""

import itertools
from collections.abc import Iterator

import pytest

from platerec_store.objects.credentials import Keys
from platerec_store.objects.s3 import S3Store, open_store
from platerec_store.release.source import S3
from platerec_testing.store import BUCKET, S3Server

_prefixes = itertools.count(1)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A real S3 server for the whole run, with the bucket that the reader may read."""
    with S3Server() as server:
        writer = Keys(server.writer.access_key, server.writer.secret_key)
        # This server makes a bucket at its first object.
        open_store(S3(bucket=BUCKET, endpoint=server.endpoint), writer).put("made", b"")
        yield server


@pytest.fixture
def s3_place(s3_server: S3Server) -> S3:
    """A prefix of its own in the server's bucket."""
    return S3(bucket=BUCKET, prefix=f"test-{next(_prefixes)}", endpoint=s3_server.endpoint)


@pytest.fixture
def s3_store(s3_server: S3Server, s3_place: S3) -> S3Store:
    """A writer's store below a prefix of its own."""
    return open_store(s3_place, Keys(s3_server.writer.access_key, s3_server.writer.secret_key))
