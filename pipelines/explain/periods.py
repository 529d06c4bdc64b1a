"""Periods as a person types them."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from pipelines.errors import WRONG_CALL, UserError

_FORMS = "2024-12, 2024-Q4, 2024-H1, 2024-9T, 2024, 2024-12-ytd hoặc 2024-12-31"
# names of the warehouse for a running total of the year to the end of a month
_CUMULATIVE = {3: "quarter", 6: "half", 9: "nine_months", 12: "year"}


@dataclass(frozen=True)
class Period:
    """A wanted period: its kinds, and the days between which it ends in whatever calendar."""

    types: tuple[str, ...]
    ends_from: date
    ends_to: date


def parse_period(text: str) -> Period:
    """Read a period.

    Args:
        text: month 2024-12, quarter 2024-Q4, half 2024-H1, months from January 2024-9T or
            2024-12-ytd, year 2024, day 2024-12-31.

    Returns:
        The period.

    Raises:
        UserError: the text is none of these (status 2).
    """
    for pattern, read in _READERS:
        found = re.fullmatch(pattern, text.strip(), re.IGNORECASE)
        if found:
            try:
                return read(*map(int, found.groups()))
            except (ValueError, IndexError):
                break
    raise UserError(f"Không có kỳ '{text}'; viết kỳ như {_FORMS}", WRONG_CALL)


def _in_month(year: int, month: int, *types: str) -> Period:
    last = monthrange(year, month)[1]
    return Period(types, date(year, month, 1), date(year, month, last))


def _month(year: int, month: int) -> Period:
    return _in_month(year, month, "month")


def _quarter(year: int, number: int) -> Period:
    return _in_month(year, 3 * number, "quarter")


def _half(year: int, number: int) -> Period:
    return _in_month(year, 6 * number, "half")


def _cumulative(year: int, month: int) -> Period:
    # January is its own running total where no other is printed
    types = ("ytd", "month") if month == 1 else (_CUMULATIVE.get(month, "ytd"),)
    return _in_month(year, month, *types)


def _year(year: int) -> Period:
    return Period(("year",), date(year, 1, 1), date(year, 12, 31))


def _day(year: int, month: int, day: int) -> Period:
    one = date(year, month, day)
    return Period(("day",), one, one)


_READERS = (
    (r"(\d{4})-(\d{2})", _month),
    (r"(\d{4})-q([1-4])", _quarter),
    (r"(\d{4})-h([12])", _half),
    (r"(\d{4})-(\d{1,2})t", _cumulative),
    (r"(\d{4})-(\d{2})-ytd", _cumulative),
    (r"(\d{4})", _year),
    (r"(\d{4})-(\d{2})-(\d{2})", _day),
)
