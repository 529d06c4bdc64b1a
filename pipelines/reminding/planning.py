"""Whom to remind of what today."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from pipelines.reminding.ledger import UNKNOWN_AGENCY, Item, Ledger
from pipelines.reminding.letter import Letter, LetterItem, reminder_id
from pipelines.reminding.limits import Limits, limits_on, working_days_after

_COUNTED = {"file": "biểu", "source": "ngày làm việc", "task": "nhiệm vụ", "dossier": "hồ sơ"}


def plan(
    ledger: Ledger,
    today: date,
    recipients: Mapping[str, tuple[str, ...]],
    agency: str | None = None,
) -> list[Letter]:
    """Write one letter for each agency with something overdue of which it may be reminded.

    Args:
        ledger: what is owed.
        today: the local day.
        recipients: by agency, the names of those who get its letters.
        agency: only this one.

    Returns:
        The letters, by agency.
    """
    limits = limits_on(today)
    by_agency: dict[str, list[Item]] = {}
    for item in ledger.items:
        if is_due(item, today, limits) and agency in (None, item.row["agency_code"]):
            by_agency.setdefault(item.row["agency_code"], []).append(item)
    return [
        _letter(ledger, items, today, limits, recipients.get(code, ()))
        for code, items in sorted(by_agency.items())
    ]


def is_due(item: Item, today: date, limits: Limits) -> bool:
    """Tell whether an item is overdue, uncontested and not reminded of too lately."""
    row = item.row
    if row["status"] != "missing" or row["agency_code"] == UNKNOWN_AGENCY or item.contested:
        return False
    if _months_between(row["due_date"], today) >= limits.months_back:
        return False
    last = row["last_reminded_on"]
    return last is None or working_days_after(last, limits.days_between) <= today


def _months_between(first: date, last: date) -> int:
    """Count whole months."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def _letter(
    ledger: Ledger, items: list[Item], today: date, limits: Limits, recipients: tuple[str, ...]
) -> Letter:
    row = items[0].row
    code = row["agency_code"]
    sent, counted = ledger.letters(code, today.year)
    return Letter(
        letter=f"don-doc-{code}-{today:%Y-%m-%d}.docx",
        agency_code=code,
        agency_name=row["agency_name"],
        day=today,
        answer_by=today + timedelta(days=limits.days_to_answer),
        number_in_year=sent + 1,
        meaning=limits.meaning(counted + 1),
        is_simulated=row["is_simulated"],
        recipients=recipients,
        items=tuple(map(_line, items)),
    )


def _line(item: Item) -> LetterItem:
    row = item.row
    # numbered through, withdrawn ones included, so that no reminder has the id of another
    key = reminder_id(row["submission_id"], len(item.reminders) + 1)
    return LetterItem(
        reminder_id=key,
        submission_id=row["submission_id"],
        form_name=row["form_name"],
        said=said(row),
        period_label=row["period_label"],
        due_date=row["due_date"],
        days_late=row["days_late"],
        number=item.times + 1,
    )


def said(row: Mapping[str, Any]) -> str:
    """Say what is owed: the form, how much of it is missing, and whose it was."""
    counted = f"{row['missing_count']}/{row['owed_count']} {_COUNTED[row['kind']]}"
    then = row["agency_then_name"]
    whose = f" (của {then} trước khi sắp xếp)" if then != row["agency_name"] else ""
    return f"{row['form_name']}: còn {counted}{whose}"
