"""Memory, by what a Triton with a GPU says of it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from platerec_store.agent.headroom import Headroom
from platerec_store.release.faults import FaultError
from platerec_store.release.reasons import Reason
from platerec_store.swap.wanted import WantedFile, WantedModel

METRICS = b"""# HELP nv_gpu_memory_total_bytes GPU total memory, in bytes
# TYPE nv_gpu_memory_total_bytes gauge
nv_gpu_memory_total_bytes{gpu_uuid="a"} 1000
nv_gpu_memory_total_bytes{gpu_uuid="b"} 1000
# HELP nv_gpu_memory_used_bytes GPU used memory, in bytes
# TYPE nv_gpu_memory_used_bytes gauge
nv_gpu_memory_used_bytes{gpu_uuid="a"} 100
nv_gpu_memory_used_bytes{gpu_uuid="b"} 800
"""


class Metrics(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(METRICS)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def metrics_url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Metrics)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/metrics"
    server.shutdown()
    server.server_close()


def model(size: int) -> WantedModel:
    return WantedModel(name="plate_reader_v2", files=(WantedFile(key="k", path="1/model.pt", size=size),))


def test_the_fullest_gpu_counts(metrics_url: str, tmp_path: Path) -> None:
    headroom = Headroom(metrics_url, tmp_path / "meminfo")
    headroom.check("r2", [model(100)])
    with pytest.raises(FaultError, match="the GPU has 0 MB left") as caught:
        headroom.check("r2", [model(101)])
    assert caught.value.reason is Reason.MEMORY_SHORT


def test_without_a_gpu_the_node_counts(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:  10 kB\nMemAvailable:   1 kB\n")
    headroom = Headroom("http://127.0.0.1:1/metrics", meminfo)
    headroom.check("r2", [model(512)])
    with pytest.raises(FaultError, match="the node has"):
        headroom.check("r2", [model(513)])


def test_where_nobody_says_how_much_is_left_triton_has_the_last_word(tmp_path: Path) -> None:
    Headroom("http://127.0.0.1:1/metrics", tmp_path / "none").check("r2", [model(1 << 60)])
