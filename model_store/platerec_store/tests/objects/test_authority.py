"""A store behind a certificate of its own authority: trusted when the authority is given, in either form."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from platerec_store.objects.credentials import Keys
from platerec_store.objects.port import StoreError
from platerec_store.objects.s3 import open_store
from platerec_store.release.reasons import Reason
from platerec_store.release.source import S3

KEYS = Keys("a", "b")


class OneObject(BaseHTTPRequestHandler):
    """Answers every GET with the same object."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"here")

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for this machine, with its key beside it."""
    folder = tmp_path_factory.mktemp("authority")
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key"), "-out", str(folder / "ca.crt")]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "ca.crt"


@pytest.fixture
def place(certificate: Path) -> Iterator[S3]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key"))
    with HTTPServer(("127.0.0.1", 0), OneObject) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield S3(bucket="plates", endpoint=f"https://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


def test_an_unknown_authority_is_not_trusted(place: S3) -> None:
    with pytest.raises(StoreError, match=r"(?i)certificate") as caught:
        open_store(place, KEYS).get("x")
    assert caught.value.reason == Reason.STORE_UNREACHABLE


def test_an_authority_in_a_file_is_trusted(place: S3, certificate: Path) -> None:
    assert open_store(place, KEYS, ca_file=certificate).get("x") == b"here"


def test_an_authority_as_text_is_trusted(place: S3, certificate: Path) -> None:
    assert open_store(place, KEYS, ca_pem=certificate.read_text()).get("x") == b"here"
