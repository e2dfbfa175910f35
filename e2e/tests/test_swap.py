"""Five swaps under load: no request fails, none is answered by two releases. The whole proof is `make swap-proof`."""

from pathlib import Path

from bench.judge import judge
from bench.stage import Stage, failures
from bench.swap_proof import light_part
from harness.kubectl import Namespace

SWAPS = 5


def test_swaps_under_load_cost_no_request(namespace: Namespace, tmp_path: Path) -> None:
    run = Stage(namespace, light_part(tmp_path, SWAPS, rate=20), tmp_path).play()
    figures = judge(run)
    assert failures(run.requests) == {}
    assert [run.requests[number] for number in run.wrong] == []
    assert figures.swaps == SWAPS
    served = {each.answer.release for each in run.requests if each.answer}
    assert served == {swap.new for swap in run.swaps}, "each release answered"
