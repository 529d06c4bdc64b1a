"""The steps of each month's report, as the published calendar has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Any, Final

from pipelines.settings import Settings
from pipelines.steward.inbox import VIET_NAM, published

PREFLIGHT: Final = "preflight"
DRAFT: Final = "draft"
FINAL: Final = "final"
DUE: Final = "due"
LOOKS = (PREFLIGHT, "remind_5", "remind_2", "remind_1")


@dataclass(frozen=True)
class Month:
    """The report of one month.

    Attributes:
        period: 'YYYY-MM', the month in which it is due.
        label: the same in words, '11/2026'.
        window_start, window_end: first and last day of its figures.
        final_on: day of the final edition.
        due_on: it must be there before this day.
        steps: when each step begins, aware, by its code.
        names: what people call the steps.
    """

    period: str
    label: str
    window_start: date
    window_end: date
    final_on: date
    due_on: date
    steps: Mapping[str, datetime]
    names: Mapping[str, str]

    def last_look(self, now: datetime) -> str:
        """Give the newest look at what is missing that has begun, '' before the first."""
        begun = [step for step in LOOKS if self.steps[step] <= now]
        return max(begun, key=lambda step: self.steps[step], default="")

    def is_begun(self, step: str, now: datetime) -> bool:
        """Tell whether a step's hour has come."""
        return self.steps[step] <= now


def months(settings: Settings) -> list[Month]:
    """Read the calendar, the earliest month first.

    Raises:
        UserError: nothing is published, or by a version without the calendar.
    """
    rows = published(settings, "report_step", "lịch báo cáo")
    rows.sort(key=lambda row: row["period"])
    return [_month(list(group)) for _, group in groupby(rows, key=lambda row: row["period"])]


def in_preparation(calendar: list[Month], now: datetime) -> tuple[Month | None, Month | None]:
    """Give the month before the one whose report is not due yet, and that one."""
    today = now.astimezone(VIET_NAM).date()
    present = next((n for n, month in enumerate(calendar) if month.due_on >= today), len(calendar))
    before = calendar[present - 1] if present else None
    return before, calendar[present] if present < len(calendar) else None


def _month(rows: list[dict[str, Any]]) -> Month:
    first = rows[0]
    return Month(
        **{name: first[name] for name in ("period", "window_start", "window_end")},
        label=first["period_label"],
        final_on=first["final_on"],
        due_on=first["due_on"],
        steps={
            row["step"]: datetime.combine(row["on_day"], time(row["hour"]), VIET_NAM)
            for row in rows
        },
        names={row["step"]: row["step_name"] for row in rows},
    )
