"""How fast to learn, and how much help to give, at a step: pure functions of the schedule."""

from platerec_convert.training.config import Schedule


def learning_rate_at(step: int, peak: float, schedule: Schedule) -> float:
    """Up in a line, level, and down in a line to a hundredth: a stopped training can be cooled down at any time."""
    rising = min(1.0, (step + 1) / max(1, schedule.warmup))
    falling = min(1.0, (schedule.steps - step) / max(1, schedule.cooldown))
    return peak * rising * max(0.01, falling)


def guidance_at(step: int, schedule: Schedule) -> float:
    """Share of the help that is left, from 1 to 0."""
    return max(0.0, 1 - step / schedule.guided) if schedule.guided else 0.0
