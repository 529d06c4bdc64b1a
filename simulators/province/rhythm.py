"""How a year's work spreads over its days and hours: weeks, holidays, Tết, office hours."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulators.workbooks.calendar import TET

Days = NDArray[np.datetime64]
Counts = NDArray[np.int64]

# Weight of a day, Monday to Sunday, and of a holiday, beside a working day.
_WEEKS = {
    "office": (1.1, 1.05, 1.0, 1.0, 0.95, 0.05, 0.02),
    "portal": (1.15, 1.05, 1.0, 1.0, 0.9, 0.2, 0.12),
    "health": (1.25, 1.05, 1.0, 1.0, 0.95, 0.6, 0.4),
}
_HOLIDAY = {"office": 0.01, "portal": 0.08, "health": 0.3}
_FIXED = ("01-01", "04-30", "05-01", "09-02")
# Death anniversary of the Hùng Kings, the tenth of the third lunar month.
_HUNG_KINGS = (
    date(2018, 4, 25), date(2019, 4, 14), date(2020, 4, 2), date(2021, 4, 21), date(2022, 4, 10),
    date(2023, 4, 29), date(2024, 4, 18), date(2025, 4, 7), date(2026, 4, 26), date(2027, 4, 16),
    date(2028, 4, 4),
)  # fmt: skip
# Offices also close instead of a holiday on a weekend, on the day beside National Day (Labour Code
# 2019, articles 111 and 112) and on days that the government swaps for the Saturdays below.
_CLOSED_TOO = (
    "2018-09-03", "2018-12-31", "2019-04-15", "2019-04-29", "2021-05-03", "2021-09-03",
    "2022-01-03", "2022-04-11", "2022-05-02", "2022-05-03", "2022-09-01", "2023-01-02",
    "2023-05-02", "2023-05-03", "2023-09-01", "2023-09-04", "2024-04-29", "2024-09-03",
    "2025-05-02", "2025-09-01", "2026-01-02", "2026-04-27", "2026-08-31", "2026-09-01",
)  # fmt: skip
_OPEN_TOO = (
    "2019-01-05", "2019-05-04", "2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22",
)  # fmt: skip
# Days before and after the first of the lunar year on which offices are closed.
_TET_BEFORE, _TET_AFTER = 2, 4
# In the fortnight before Tết people hurry to finish, in the week after it little comes in.
_RUSH_DAYS, _RUSH, _LULL_DAYS, _LULL = 14, 1.2, 12, 0.75
# Share of a working day's cases by hour, 7:00 to 17:00, and of one that never closes.
_OFFICE_HOURS = {7: 8, 8: 17, 9: 17, 10: 14, 11: 6, 13: 9, 14: 13, 15: 10, 16: 6}
_ALL_HOURS = dict.fromkeys(range(24), 1) | dict.fromkeys(range(7, 22), 6)


def span(first_day: date, last_day: date) -> Days:
    """Give every day from the first to the last, both included."""
    return np.arange(np.datetime64(first_day), np.datetime64(last_day) + 1)


def working_days(days: Days) -> NDArray[np.bool_]:
    """Tell which days offices are open."""
    named = [np.array(dates, "datetime64[D]") for dates in (_CLOSED_TOO, _OPEN_TOO)]
    closed, opened = (np.isin(days.astype("datetime64[D]"), dates) for dates in named)
    return (_weekdays(days) < 5) & ~_holidays(days) & ~closed | opened


def daily_counts(total: int, days: Days, seed: Any, kind: str) -> Counts:
    """Spread a total over days.

    Args:
        total: what the counts add up to, exactly.
        days: consecutive days.
        seed: seed of the noise.
        kind: rhythm: office, portal or health.

    Returns:
        Count of each day.
    """
    noise = np.random.default_rng(seed).lognormal(0, 0.08, len(days))
    return _apportion(total, _weights(days, kind) * noise)


def portion(counts: Counts, total: int) -> Counts:
    """Choose how many of each day's cases have a property that a total number of them has.

    Args:
        counts: cases of each day.
        total: cases with the property, at most all.

    Returns:
        Cases with the property of each day, never above the day's count.
    """
    if total > counts.sum():
        raise ValueError(f"Không thể chọn {total} trong {counts.sum()} trường hợp.")
    return _apportion(total, counts.astype(float))


def moments(days: Days, counts: Counts, seed: Any, office_hours: bool = True) -> Days:
    """Draw the local time of every case.

    Args:
        days: the days.
        counts: cases of each day.
        seed: seed of the draw.
        office_hours: whether cases fall into office hours only.

    Returns:
        Local times to the millisecond, ordered, as many as the counts add up to.
    """
    random = np.random.default_rng(seed)
    table = _OFFICE_HOURS if office_hours else _ALL_HOURS
    weights = np.array(list(table.values()), float)
    hours = random.choice(list(table), counts.sum(), p=weights / weights.sum())
    within = hours * 3_600_000 + random.integers(0, 3_600_000, counts.sum())
    moments = np.repeat(days, counts).astype("datetime64[ms]") + within.astype("timedelta64[ms]")
    return np.sort(moments)


def _apportion(total: int, weights: NDArray[np.float64]) -> Counts:
    """Round shares of a total to whole numbers by the largest remainder."""
    if not total:
        return np.zeros(len(weights), np.int64)
    shares = weights * (total / weights.sum())
    counts = np.floor(shares).astype(np.int64)
    left = total - int(counts.sum())
    counts[np.argsort(counts - shares, kind="stable")[:left]] += 1
    return counts


def _weights(days: Days, kind: str) -> NDArray[np.float64]:
    weights = np.array(_WEEKS[kind])[_weekdays(days)]
    since = _days_since_tet(days)
    weights = weights * np.where((since >= -_RUSH_DAYS) & (since < 0), _RUSH, 1.0)
    weights = weights * np.where((since >= 0) & (since < _LULL_DAYS), _LULL, 1.0)
    return np.where(_holidays(days), np.minimum(weights, _HOLIDAY[kind]), weights)


def _weekdays(days: Days) -> Counts:
    # 1970-01-01 was a Thursday
    return (days.astype("datetime64[D]").astype(np.int64) + 3) % 7


def _holidays(days: Days) -> NDArray[np.bool_]:
    since = _days_since_tet(days)
    tet = (since >= -_TET_BEFORE) & (since <= _TET_AFTER)
    fixed = np.isin([str(day)[5:] for day in days], _FIXED)
    return tet | fixed | np.isin(days, np.array(_HUNG_KINGS, "datetime64[D]"))


def _days_since_tet(days: Days) -> Counts:
    """Give the distance to the nearest first day of a lunar year, negative before it."""
    tet = np.array(TET, "datetime64[D]")
    distance = (days[:, None] - tet[None, :]).astype(np.int64)
    return distance[np.arange(len(days)), np.abs(distance).argmin(axis=1)]
