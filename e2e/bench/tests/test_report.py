"""What the proof says at its end, and what it reads of the cluster."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.fleet import is_settled, parse_resident
from bench.judge import Figures, Run, Swap
from bench.loader import build_objects
from bench.plot import draw
from bench.records import Answer, Request
from bench.report import KEYS, build_figures, build_line, describe_swaps, find_missed

LIGHT = Figures(100_000, 0, 0, 50, 5, 12, 30, 2.5, 60, 20, 6, 0.4)
REAL = Figures(5_000, 1, 2, 20, 200, 400, 800, 2.0, 900, 120, 8, 0.1)


def test_the_line_counts_both_parts_and_times_the_real_networks() -> None:
    line = build_line({"light": LIGHT, "real": REAL})
    assert tuple(line) == KEYS
    assert list(line.values()) == [105_000, 1, 2, 70, 2.0, 900, 120, 0.4]


def test_missed_marks_are_named() -> None:
    assert find_missed(build_figures({"light": LIGHT})) == []
    slow = replace(LIGHT, p99_ratio=3.4, rss_growth_mib_per_swap=None)
    assert find_missed(build_figures({"light": slow})) == [
        "p99_ratio is 3.4, 3 is allowed",
        "rss_growth_mib_per_swap was not measured, 0.5 is allowed",
    ]


@pytest.mark.parametrize(
    ("status", "settled"),
    [
        ({"active": "b", "since": "now"}, True),
        ({"active": "b", "target": "b"}, True),
        ({"active": "b", "target": "b", "step": "Bake"}, False),
        ({"active": "a", "target": "b", "step": "Check"}, False),
        ({"active": "a"}, False),
        ({}, False),
    ],
)
def test_a_fleet_has_settled_when_no_step_is_left(status: dict[str, str], settled: bool) -> None:
    assert is_settled(status, "b") is settled


def test_memory_is_that_of_all_processes_but_those_that_read_it() -> None:
    text = "".join(
        f"Name:\t{name}\nState:\tS\nVmRSS:\t  {kib} kB\nThreads:\t1\n"
        for name, kib in (("tritonserver", 204800), ("triton_python_b", 10240), ("sh", 900), ("cat", 700))
    )
    assert parse_resident(text + "Name:\tkthread\n") == 210


def test_swaps_are_described_and_drawn(tmp_path: Path) -> None:
    old, new = (Answer(release, ("A001AA77",), ((0, 0, 24, 8),)) for release in ("a", "b"))
    requests = [Request(100 + n / 10, 0.01, "grpc" if n % 2 else "http", 0, new if n > 30 else old) for n in range(60)]
    run = Run(requests, frozenset({3}), [Swap("a", "b", 101, 105, ((101.5, "b Prepare"), (105, "")))], [], [])
    assert describe_swaps(run) == [
        {
            "from": "a",
            "to": "b",
            "at_s": 1.0,
            "took_s": 4.0,
            "skew_ms": 0.0,
            "turnover_s": 2.0,
            "steps": [[0.5, "b Prepare"], [4.0, ""]],
        }
    ]
    draw({"light": run, "real": run}, tmp_path / "proof.png")
    assert (tmp_path / "proof.png").read_bytes().startswith(b"\x89PNG")


def test_the_load_runs_in_a_pod_of_its_own_with_its_code_and_pictures() -> None:
    code, pictures, pod = build_objects({"frame.png": b"picture"}, "localhost/platerec:1")
    assert {"load.py", "pod.py", "clients.py", "records.py", "__init__.py"} == set(code["data"])
    assert pictures["binaryData"] == {"frame.png": "cGljdHVyZQ=="}
    (container,) = pod["spec"]["containers"]
    assert container["image"] == "localhost/platerec:1"
