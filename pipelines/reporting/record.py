"""Which final editions were sent, in the sealed log of decisions."""

import json

from pipelines.editions import Edition
from pipelines.settings import Settings
from pipelines.steward.log import Draft, Log, append, read_log

BY = "kho dữ liệu số"


class _KnownError(Exception):
    """It is in the log already."""


def sent_editions(settings: Settings, period: str) -> list[int]:
    """Give the numbers of a month's final editions that were sent, in that order."""
    told = [
        json.loads(entry.subject or "{}")
        for entry in read_log(settings.lake).entries
        if entry.action == "report"
    ]
    return [int(one["edition"]) for one in told if one["period"] == period]


def note_sent(settings: Settings, edition: Edition) -> None:
    """Write that a final edition went to the outbox; once.

    Raises:
        UserError: the log was tampered with.
    """
    name = f"report:{edition.period}:{edition.number}"

    def once(log: Log) -> None:
        if any(entry.action == "report" and entry.issue_id == name for entry in log.entries):
            raise _KnownError

    subject = {
        "period": edition.period,
        "edition": edition.number,
        "publication_id": edition.publication_id,
        "checksums": edition.checksums,
    }
    draft = Draft(
        issue_id=name,
        action="report",
        by=BY,
        reason=f"báo cáo tháng {edition.period}, bản {edition.number}",
        subject=json.dumps(subject, ensure_ascii=False, sort_keys=True),
    )
    try:
        append(settings.lake, draft, settings.clock(), once)
    except _KnownError:
        return
