"""Triton's page of metrics, in pieces of real ones."""

import re
import socket
import threading
from collections.abc import Callable

import pytest

from platerec_store.release.traffic import Traffic
from platerec_store.triton.metrics import fetch_page, parse_free_gpu_memory, parse_traffic

TRITON = """# HELP nv_inference_request_success Number of successful inference requests, all batch sizes
# TYPE nv_inference_request_success counter
nv_inference_request_success{model="plate_recognition",version="1"} 70
nv_inference_request_success{model="plate_recognition",version="2"} 30
nv_inference_request_success{model="plate_reader_v1",version="1"} 400
# HELP nv_inference_request_failure Number of failed inference requests, all batch sizes
# TYPE nv_inference_request_failure counter
nv_inference_request_failure{model="plate_recognition",reason="BACKEND",version="1"} 3
nv_inference_request_failure{model="plate_recognition",reason="CANCELED",version="1"} 1
# HELP nv_inference_request_duration_us Cumulative inference request duration in microseconds
# TYPE nv_inference_request_duration_us counter
nv_inference_request_duration_us{model="plate_recognition",version="1"} 7000000
nv_inference_request_duration_us{model="plate_recognition",version="2"} 3000000
"""
PIPELINE = """# HELP platerec_requests Requests to the pipeline, by release and outcome.
# TYPE platerec_requests counter
platerec_requests{outcome="answered",release="r1"} 50
platerec_requests{outcome="failed",release="r1"} 2
platerec_requests{outcome="refused",release="r1"} 9
platerec_requests{outcome="answered",release="r2"} 7
# HELP platerec_request_seconds Seconds that answering them took, by release and outcome.
# TYPE platerec_request_seconds counter
platerec_request_seconds{outcome="answered",release="r1"} 5.5
platerec_request_seconds{outcome="refused",release="r1"} 0.25
"""
GPUS = """# HELP nv_gpu_memory_total_bytes GPU total memory, in bytes
# TYPE nv_gpu_memory_total_bytes gauge
nv_gpu_memory_total_bytes{gpu_uuid="a"} 1000
nv_gpu_memory_total_bytes{gpu_uuid="b"} 1000
# HELP nv_gpu_memory_used_bytes GPU used memory, in bytes
# TYPE nv_gpu_memory_used_bytes gauge
nv_gpu_memory_used_bytes{gpu_uuid="a"} 100
nv_gpu_memory_used_bytes{gpu_uuid="b"} 800
"""


def test_the_pipelines_own_count_tells_releases_apart_and_leaves_out_what_senders_did_wrong() -> None:
    page = TRITON + PIPELINE
    assert parse_traffic(page, "plate_recognition", "r1") == Traffic(answered=50, failed=2, seconds=5.5)
    assert parse_traffic(page, "plate_recognition", "r2") == Traffic(answered=7)
    assert parse_traffic(page, "plate_recognition", "r3") == Traffic()


def test_of_other_pipelines_triton_counts_all_versions() -> None:
    assert parse_traffic(TRITON, "plate_recognition", "r1") == Traffic(answered=100, failed=4, seconds=10.0)


def test_the_fullest_gpu_counts() -> None:
    assert parse_free_gpu_memory(GPUS) == 200
    assert parse_free_gpu_memory(TRITON) is None


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda page: page[:-30], id="broken off"),
        pytest.param(lambda page: re.sub(r"} .*", "} NaN", page), id="NaN"),
        pytest.param(lambda page: re.sub(r"} .*", "} +Inf", page), id="infinity"),
        pytest.param(lambda _: "<html>502 Bad Gateway</html>", id="another page"),
    ],
)
def test_a_page_that_cannot_be_read_says_nothing(broken: Callable[[str], str]) -> None:
    assert parse_traffic(broken(PIPELINE), "plate_recognition", "r1") is None
    assert parse_traffic(broken(TRITON), "plate_recognition", "r1") is None
    assert parse_free_gpu_memory(broken(GPUS)) is None


def test_a_triton_that_does_not_answer_has_an_empty_page() -> None:
    assert fetch_page("http://127.0.0.1:1/metrics") == ""


def test_a_page_that_breaks_off_is_empty() -> None:
    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nnv_inf")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        assert fetch_page(f"http://127.0.0.1:{server.getsockname()[1]}/metrics") == ""
        thread.join()
