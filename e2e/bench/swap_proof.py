"""`python -m bench.swap_proof --short|--full|--real`: swaps under load in the cluster of KUBECONFIG; what they cost.

Writes build/swap-proof.json and build/swap-proof.png. The last line is JSON. Ends with 1 when a request failed or was
answered by two releases, or when no proof came about; times are reported, and judged by who reads them.
"""

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.judge import Figures, Run, judge
from bench.plot import draw
from bench.releases import light_frame, make_light_releases, make_real_releases, real_frames
from bench.report import build_figures, build_line, describe_swaps, find_missed
from bench.stage import Part, Stage, failures
from harness.kubectl import Namespace, eventually
from harness.namespaces import make_namespace
from harness.store import MODELS
from harness.street import ROOT, STREET

OUT = ROOT / "build"


def light_part(scratch: Path, swaps: int, requests: int = 0, rate: float = 0) -> Part:
    """Many swaps and many requests: models without networks."""
    releases = make_light_releases(MODELS, scratch, min(5, swaps))
    return Part("light", releases, {"frame.png": light_frame()}, swaps, requests, rate)


def real_part(scratch: Path) -> Part:
    """The built networks at half of what they manage."""
    return Part("real", make_real_releases(MODELS, scratch, 4), real_frames(STREET), 20, 5_000, steady=12)


def play(part: Part, scratch: Path) -> tuple[Stage, Run]:
    """A part in a namespace of its own, which is gone before the next part begins."""
    namespace = make_namespace(f"proof-{part.name}")
    stage = Stage(namespace, part, scratch)
    run = stage.play()
    namespace.kubectl("delete", "namespace", namespace.name, "--wait=false")
    eventually("the namespace is gone", lambda: is_gone(namespace), timeout=240)
    return stage, run


def is_gone(namespace: Namespace) -> bool:
    return not namespace.kubectl("get", "namespace", namespace.name, "--ignore-not-found", "-o", "name").strip()


def describe(stage: Stage, run: Run, figures: Figures) -> dict[str, Any]:
    """All that build/swap-proof.json says of a part."""
    wrong = [asdict(run.requests[number]) for number in sorted(run.wrong)[:20]]
    return {
        "figures": asdict(figures),
        "rate": round(stage.rate, 2),
        "errors": failures(run.requests),
        "mixed": wrong,
        "rss": [asdict(sample) for sample in run.samples],
        "swaps": describe_swaps(run),
    }


def prove(parts: list[Part], scratch: Path) -> int:
    """Play the parts, write what happened, print the line."""
    runs: dict[str, Run] = {}
    figures: dict[str, Figures] = {}
    described: dict[str, Any] = {}
    for part in parts:
        stage, run = play(part, scratch)
        runs[part.name], figures[part.name] = run, judge(run)
        described[part.name] = describe(stage, run, figures[part.name])
        print(json.dumps({part.name: asdict(figures[part.name])}), flush=True)
        # After each part, so that a later one that comes to nothing takes nothing with it.
        missed = find_missed(build_figures(figures))
        report = {"figures": build_figures(figures), "missed": missed, "cores": os.cpu_count(), "parts": described}
        (OUT / "swap-proof.json").write_text(json.dumps(report, indent=2) + "\n")
        draw(runs, OUT / "swap-proof.png")
    for sentence in missed:
        print(f"missed: {sentence}", file=sys.stderr)
    line = build_line(figures)
    print(json.dumps(line), flush=True)
    return 1 if line["failed"] or line["mixed"] else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Swaps under load, and what they cost those who ask.")
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--short", action="store_true", help="5 swaps of light releases")
    size.add_argument("--full", action="store_true", help="50 swaps of light releases, 20 of the real networks")
    size.add_argument("--real", action="store_true", help="20 swaps of the real networks alone")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="swap-proof-") as folder:
        scratch = Path(folder)
        if asked.short:
            return prove([light_part(scratch, 5, rate=30)], scratch)
        light = [] if asked.real else [light_part(scratch, 50, 100_000)]
        return prove([*light, real_part(scratch)], scratch)


if __name__ == "__main__":
    sys.exit(main())
