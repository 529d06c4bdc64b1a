"""How often an agency may be reminded before it has consequences, from the seed of the limits."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.errors import UserError
from pipelines.settings import DBT_PROJECT
from pipelines.working_days import is_working_day

_SEED = DBT_PROJECT / "seeds" / "reminder_limits.csv"


@dataclass(frozen=True)
class Limits:
    """What holds on a day.

    Attributes:
        review_limit: from this reminder of a year on the agency's head is reviewed.
        discipline_limit: from this one on there is discipline.
        days_between: working days, at least, between two reminders of one item.
        days_to_answer: days from the letter to the answer.
        months_back: what was due longer ago is not reminded of.
    """

    review_limit: int
    discipline_limit: int
    days_between: int
    days_to_answer: int
    months_back: int

    def meaning(self, counted: int) -> str:
        """Say what a number of reminders in a year leads to; '' when nothing."""
        if counted >= self.discipline_limit:
            return "đến mức xử lý kỷ luật"
        if counted >= self.review_limit:
            return "đến mức xem xét trách nhiệm người đứng đầu"
        return ""


def limits_on(day: date) -> Limits:
    """Give the limits in force on a local day.

    Raises:
        UserError: the seed has no line for the day.
    """
    with _SEED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            first, last = row["valid_from"] or "0001-01-01", row["valid_to"] or "9999-12-31"
            if first <= day.isoformat() <= last:
                return Limits(**{name: int(row[name]) for name in Limits.__dataclass_fields__})
    raise UserError(f"Chưa có quy định đôn đốc cho ngày {day:%d/%m/%Y}: thêm dòng vào {_SEED}")


def working_days_after(day: date, count: int) -> date:
    """Give the day that is a number of working days after a local day."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
