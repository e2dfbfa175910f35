"""The picture of the proof: the latency of every request over time, with the swaps marked."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from bench.judge import AFTER, Run

COLOURS = {"grpc": "tab:blue", "http": "tab:green"}


def draw(runs: Mapping[str, Run], path: Path) -> None:
    """A panel for each part."""
    figure, panels = plt.subplots(len(runs), 1, figsize=(14, 4.5 * len(runs)), squeeze=False, layout="constrained")
    for panel, (name, run) in zip(panels[:, 0], runs.items(), strict=True):
        _draw_part(panel, name, run)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _draw_part(panel: Axes, name: str, run: Run) -> None:
    zero = run.requests[0].at
    for protocol, colour in COLOURS.items():
        asked = [each for each in run.requests if each.protocol == protocol and not each.error]
        at, latency = [each.at - zero for each in asked], [1e3 * each.latency for each in asked]
        panel.plot(at, latency, ".", color=colour, markersize=1.5, label=protocol, rasterized=True)
    bad = [(n, each) for n, each in enumerate(run.requests) if each.error or n in run.wrong]
    at, latency = [each.at - zero for _, each in bad], [1e3 * each.latency for _, each in bad]
    panel.plot(at, latency, "x", color="tab:red", markersize=6, label=f"failed or mixed ({len(bad)})")
    for swap in run.swaps:
        panel.axvspan(swap.began - zero, swap.settled + AFTER - zero, color="tab:orange", alpha=0.18, linewidth=0)
    panel.set_yscale("log")
    panel.set_xlabel("seconds; shaded: a swap, from the promotion until the old release is unloaded")
    panel.set_ylabel("ms from when the request was due")
    panel.set_title(f"{name}: {len(run.requests)} requests, {len(run.swaps)} swaps")
    panel.legend(loc="upper right", markerscale=2)
