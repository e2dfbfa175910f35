"""A TCP proxy that holds answers back, for tests that look at a transfer while it is half done."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit


class Valve:
    """Stands before a server of HTTP; `limit` bytes of answers pass, and all the others once it is opened."""

    def __init__(self, endpoint: str, limit: int) -> None:
        address = urlsplit(endpoint)
        self._target = (address.hostname or "", address.port or 80)
        self._left = limit
        self._lock = threading.Lock()
        self._opened = threading.Event()
        self._server = _Server(self._connect)
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.open()
        self._server.shutdown()
        self._server.server_close()

    def open(self) -> None:
        """Let everything through."""
        self._opened.set()

    def _connect(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), socket.create_connection(self._target) as server:  # either may be killed
            threading.Thread(target=_pass_requests, args=(client, server), daemon=True).start()
            while piece := server.recv(1 << 16):
                with self._lock:
                    self._left -= len(piece)
                    full = self._left < 0
                if full:
                    self._opened.wait()
                client.sendall(piece)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, connect: Callable[[socket.socket], None]) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self._connect = connect

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 (the base's signature)
        self._connect(request)


def _pass_requests(client: socket.socket, server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := client.recv(1 << 16):
            server.sendall(piece)
        server.shutdown(socket.SHUT_WR)
