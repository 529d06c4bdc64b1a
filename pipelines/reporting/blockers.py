"""What the report in preparation still lacks."""

from dataclasses import dataclass
from datetime import date

from pipelines.settings import Settings
from pipelines.steward.inbox import published


@dataclass(frozen=True)
class Blocker:
    """A line of `mart.report_blocker`.

    Attributes:
        period: the report's month, 'YYYY-MM'.
        agency_code, agency_name: who must act.
        sentence: what is missing, without a full stop.
        is_blocking: whether the report cannot be made final before it is mended.
        needed_by: the last day on which it helps.
    """

    period: str
    agency_code: str
    agency_name: str
    sentence: str
    is_blocking: bool
    needed_by: date


def blockers(settings: Settings, period: str) -> list[Blocker]:
    """Read what a month's report lacks, what stops it first.

    Raises:
        UserError: nothing is published, or by a version without this table.
    """
    rows = published(settings, "report_blocker", "danh sách còn thiếu của báo cáo")
    names = Blocker.__dataclass_fields__
    found = [Blocker(**{name: row[name] for name in names}) for row in rows]
    of_month = [one for one in found if one.period == period]
    return sorted(of_month, key=lambda one: (not one.is_blocking, one.agency_name, one.sentence))
