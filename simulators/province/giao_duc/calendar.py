"""School years, their terms, and the days on which the site exports what it holds of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Term:
    """A term (1, 2) of the school year that opens in September of `year`; 0 is the whole year."""

    year: int
    number: int

    @property
    def code(self) -> str:
        """Give the period as the site writes it, for instance 2025-2026.HK1."""
        part = f"HK{self.number}" if self.number else "CN"
        return f"{self.year}-{self.year + 1}.{part}"

    @property
    def last_day(self) -> date:
        """Give the day on which the term ends, on whose borders its places lie."""
        return date(self.year + 1, 1, 31) if self.number == 1 else date(self.year + 1, 5, 31)

    @property
    def index(self) -> int:
        """Count the terms since the year 0."""
        return self.year * 2 + max(self.number, 1) - 1


@dataclass(frozen=True, slots=True)
class Export:
    """One export of one kind of list: its number and the local instant at which it was made."""

    version: int
    made_at: datetime


# months and days of the exports: at the start of the term, at its end, after corrections
_DAYS = {
    1: ((0, 10, 5), (1, 1, 20), (1, 3, 10)),
    2: ((1, 2, 20), (1, 5, 31), (1, 6, 25)),
    0: ((1, 7, 18), (1, 8, 5)),
}
_COUNTS = {"truong": 2, "lop": 3, "hoc_sinh": 3, "nhan_su": 2, "pho_cap": 1, "ket_qua_thi": 2}


def terms(first_day: date, last_day: date) -> Iterator[Term]:
    """Give the terms whose first export falls into a span of days, the oldest first.

    Args:
        first_day: first day of the span.
        last_day: last day of the span.
    """
    for year in range(first_day.year - 1, last_day.year + 1):
        for number in (1, 2, 0):
            years, month, day = _DAYS[number][0]
            if first_day <= date(year + years, month, day) <= last_day:
                yield Term(year, number)


def exports(term: Term, kind: str, place: int, last_day: date) -> list[Export]:
    """Give the exports of one list of a term, up to the last day.

    Args:
        term: the term.
        kind: the kind of list.
        place: its number among the lists of the term: no two are made in one second.
        last_day: the last day that is simulated.
    """
    found = []
    for version, (years, month, day) in enumerate(_DAYS[term.number][: _COUNTS[kind]], 1):
        made_on = date(term.year + years, month, day)
        if made_on <= last_day:
            moment = timedelta(minutes=7 * place, seconds=11 * version, milliseconds=37 * place)
            found.append(Export(version, datetime.combine(made_on, time(8, 5)) + moment))
    return found
