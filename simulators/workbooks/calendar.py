"""Months as whole numbers, statistical periods, Tết, and what the simulated agency did when."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

# First day of the lunar year in Viet Nam (UTC+7; 2030 differs from the Chinese one).
TET = [
    date(2018, 2, 16), date(2019, 2, 5), date(2020, 1, 25), date(2021, 2, 12), date(2022, 2, 1),
    date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6),
    date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 2), date(2031, 1, 23), date(2032, 2, 11),
    date(2033, 1, 31), date(2034, 2, 19), date(2035, 2, 8),
]  # fmt: skip

QUARTERS = ("I", "II", "III", "IV")
Month = int  # year * 12 + month - 1: months subtract and compare like numbers


@dataclass(frozen=True)
class Period:
    """A span of whole months.

    Attributes:
        kind: month, quarter, half, nine_months, year or ytd.
        first: its first month.
        last: its last month, inclusive.
    """

    kind: str
    first: Month
    last: Month

    @property
    def start(self) -> date:
        """Give its first day."""
        return first_day(self.first)

    @property
    def end(self) -> date:
        """Give its last day."""
        return first_day(self.last + 1) - timedelta(days=1)

    def months(self) -> range:
        """Give its months."""
        return range(self.first, self.last + 1)

    def year_before(self) -> "Period":
        """Give the same span one year earlier."""
        return Period(self.kind, self.first - 12, self.last - 12)


def month_of(day: date) -> Month:
    """Give the month a day lies in."""
    return day.year * 12 + day.month - 1


def year(month: Month) -> int:
    """Give the calendar year of a month."""
    return month // 12


def number(month: Month) -> int:
    """Give the number of a month in its year, 1 to 12."""
    return month % 12 + 1


def first_day(month: Month) -> date:
    """Give the first day of a month."""
    return date(year(month), number(month), 1)


def single(month: Month) -> Period:
    """Give the period of one month."""
    return Period("month", month, month)


def since_january(month: Month) -> Period:
    """Give the span from January to a month, named as the project names cumulative periods."""
    kinds = {1: "month", 3: "quarter", 6: "half", 9: "nine_months", 12: "year"}
    return Period(kinds.get(number(month), "ytd"), month - number(month) + 1, month)


def quarter(month: Month) -> Period:
    """Give the quarter a month lies in."""
    first = month - (number(month) - 1) % 3
    return Period("quarter", first, first + 2)


def whole_year(month: Month) -> Period:
    """Give the calendar year a month lies in."""
    first = month - number(month) + 1
    return Period("year", first, first + 11)


def roman(span: Period) -> str:
    """Give the number of the quarter a span ends in, as the agency writes it."""
    return QUARTERS[(number(span.last) - 1) // 3]


def two_digits(when: int) -> str:
    """Write the number of a month: January and February with two digits, as the agency does."""
    return f"{when:02d}" if when < 3 else str(when)


def to_date(when: int) -> str:
    """Name the span from January to a month, as the headers do."""
    return {3: "quý I", 12: "năm"}.get(when, f"{when} tháng")


def capital(words: str) -> str:
    """Write the first letter large."""
    return words[0].upper() + words[1:]


def published_on(month: Month) -> date:
    """Give the day on which the figures of a month come out: the 29th, as at the real agency."""
    last = calendar.monthrange(year(month), number(month))[1]
    return date(year(month), number(month), min(29, last))


def is_missing(month: Month) -> bool:
    """Say whether no workbook came out for a month: one August in three years, on purpose."""
    return year(month) % 3 == 1 and number(month) == 8


def base_number(publication: Month) -> int:
    """Count the bases of retail figures up to a publication.

    The agency restates December and all before it when it publishes a January, once in three
    years (as in January 2024).

    Args:
        publication: month whose workbook is published.

    Returns:
        Number of the base its figures stand on; 1 from January 2021, 2 from January 2024.
    """
    return (year(publication) - 2018) // 3


def tet_days(month: Month, before: int, after: int) -> float:
    """Give the share of the days around Tết that lie in a month.

    Args:
        month: the month.
        before: days counted before the first day of the lunar year.
        after: days counted from it on.

    Returns:
        A share between 0 and 1.
    """
    tet = next((day for day in TET if day.year == year(month)), None)
    if tet is None:
        return 0.0
    days = [tet + timedelta(days=offset) for offset in range(-before, after)]
    return sum(month_of(day) == month for day in days) / len(days)
