"""Seeded disturbances that do not depend on how many months are written."""

from datetime import date
from random import Random

from simulators.workbooks.calendar import Month, month_of

FIRST: Month = month_of(date(2018, 1, 1))
LAST: Month = month_of(date(2035, 12, 1))


def shocks(seed: int, name: str, spread: float) -> dict[Month, float]:
    """Draw one independent disturbance a month.

    Args:
        seed: seed of the simulation.
        name: name of the series; each has its own stream.
        spread: standard deviation.

    Returns:
        A disturbance for each month of the simulated time.
    """
    stream = Random(f"{seed}/{name}")
    return {month: stream.gauss(0.0, spread) for month in range(FIRST, LAST + 1)}


def wander(seed: int, name: str, spread: float, pull: float = 0.05) -> dict[Month, float]:
    """Draw a slow movement around zero.

    Args:
        seed: seed of the simulation.
        name: name of the series.
        spread: standard deviation of a month's step.
        pull: share of the distance to zero that is lost each month.

    Returns:
        The position in each month of the simulated time.
    """
    position, path = 0.0, {}
    for month, step in shocks(seed, name, spread).items():
        position = position * (1 - pull) + step
        path[month] = position
    return path
