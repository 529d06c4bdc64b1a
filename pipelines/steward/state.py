"""What an issue's decisions add up to; `steward_states()` says the same in SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pipelines.steward.log import Entry

NEW, IN_HAND, MENDED, ACCEPTED, MUTED = (
    "moi",
    "dang_xu_ly",
    "da_sua_tai_nguon",
    "chap_nhan",
    "bo_qua",
)
STATE_NAMES = {
    NEW: "Mới",
    IN_HAND: "Đang xử lý",
    MENDED: "Đã sửa tại nguồn",
    ACCEPTED: "Chấp nhận",
    MUTED: "Bỏ qua",
}
_BY_ACTION = {
    "accept": ACCEPTED,
    "mute": MUTED,
    "assign": IN_HAND,
    "answer": IN_HAND,
    "reopen": NEW,
}


@dataclass(frozen=True)
class IssueState:
    """State of one issue: the last decision wins, a silence that ran out counts no more."""

    state: str
    reason: str
    assignee: str | None
    until: date | None
    last: Entry


def states(entries: Iterable[Entry], today: date) -> dict[str, IssueState]:
    """Fold the decisions into the state of each issue.

    Args:
        entries: decisions in the order of the log.
        today: the local day.
    """
    found: dict[str, IssueState] = {}
    for entry in entries:
        # those on alerts count in pipelines/alerting/register.py
        if entry.action not in _BY_ACTION:
            continue
        found[entry.issue_id] = _after(found.get(entry.issue_id), entry, today)
    return found


def _after(before: IssueState | None, entry: Entry, today: date) -> IssueState:
    assignee = before.assignee if before else None
    if entry.action == "reopen":
        assignee = None
    if entry.action == "assign":
        assignee = entry.assignee
    state = _BY_ACTION[entry.action]
    if entry.until and entry.until < today:
        state = IN_HAND if assignee else NEW
    return IssueState(state, entry.reason, assignee, entry.until, entry)
