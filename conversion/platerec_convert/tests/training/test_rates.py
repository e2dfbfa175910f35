import pytest

from platerec_convert.training.config import Schedule
from platerec_convert.training.rates import guidance_at, learning_rate_at

SCHEDULE = Schedule(steps=1000, warmup=100, cooldown=200, guided=300)


@pytest.mark.parametrize(
    ("step", "share"),
    [(0, 0.01), (49, 0.5), (99, 1.0), (500, 1.0), (800, 1.0), (900, 0.5), (999, 0.01)],
)
def test_the_rate_rises_stays_and_falls(step: int, share: float) -> None:
    assert learning_rate_at(step, 2e-3, SCHEDULE) == pytest.approx(2e-3 * share)


@pytest.mark.parametrize(("step", "share"), [(0, 1.0), (150, 0.5), (300, 0.0), (900, 0.0)])
def test_the_help_fades(step: int, share: float) -> None:
    assert guidance_at(step, SCHEDULE) == pytest.approx(share)


def test_a_training_without_help_has_none() -> None:
    assert guidance_at(0, SCHEDULE.model_copy(update={"guided": 0})) == 0
