"""The days on which the offices of the state work, from the calendar that dbt seeds."""

import csv
from datetime import date
from functools import cache

from pipelines.settings import DBT_PROJECT

_CALENDAR = DBT_PROJECT / "seeds" / "calendar_holidays.csv"
_WORKS_INSTEAD = "hoán đổi làm việc"


def is_working_day(day: date) -> bool:
    """Tell whether offices work on a day: Monday to Friday, but for holidays and swapped days.

    Args:
        day: local day.
    """
    kind = _listed().get(day)
    return day.weekday() < 5 if kind is None else kind == _WORKS_INSTEAD


@cache
def _listed() -> dict[date, str]:
    with _CALENDAR.open(encoding="utf-8", newline="") as file:
        return {date.fromisoformat(row["day"]): row["kind"] for row in csv.DictReader(file)}
