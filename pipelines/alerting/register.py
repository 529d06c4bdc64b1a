"""The alerts as they stand after every decision, and the decisions on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.errors import FAILED, WRONG_CALL, UserError
from pipelines.reader import read_consistently
from pipelines.settings import Settings
from pipelines.steward.deciding import told
from pipelines.steward.ids import find
from pipelines.steward.inbox import published
from pipelines.steward.log import Action, Draft, Entry, Log, append, read_log, require_sound

NEW, TAKEN, ASSIGNED, CLOSED = "moi", "da_nhan", "da_giao", "da_dong"
HANDLING_NAMES = {
    NEW: "Chưa ai nhận",
    TAKEN: "Đã tiếp nhận",
    ASSIGNED: "Đã giao",
    CLOSED: "Đã đóng",
}
NOUN, LISTING = "cảnh báo", "kho alert list --all"
_BY_ACTION = {"ack": TAKEN, "assign": ASSIGNED, "close": CLOSED, "reopen": NEW}
_LEVELS = ("alarm", "warn")


@dataclass(frozen=True)
class Alert:
    """One alert; `row` is its line of `mart.alert` with what was decided since."""

    row: Mapping[str, Any]
    history: tuple[Entry, ...] = ()

    @property
    def id(self) -> str:
        """Its whole id."""
        return str(self.row["alert_id"])


def alerts(settings: Settings) -> tuple[list[Alert], Log]:
    """Read the alerts: open ones first, then the gravest, then those due first.

    Raises:
        UserError: nothing is published, or by a version without alerts.
    """
    log = read_log(settings.lake)
    history: dict[str, list[Entry]] = {}
    for entry in log.entries:
        history.setdefault(entry.issue_id, []).append(entry)
    found = [
        Alert(
            row | _handled(row, history.get(row["alert_id"], ())),
            tuple(history.get(row["alert_id"], ())),
        )
        for row in published(settings, "alert", "cảnh báo")
    ]
    found.sort(key=_urgency)
    return found, log


def _handled(row: Mapping[str, Any], entries: Sequence[Entry]) -> dict[str, Any]:
    """Give what the decisions change in a line; `alert_handling()` says the same in SQL."""
    if not entries:
        return {}
    last = entries[-1]
    state = _BY_ACTION[last.action]
    is_open = row["state"] != "resolved" and state != CLOSED
    return {
        "handling": state,
        "handling_name": HANDLING_NAMES[state],
        "assignee": _assignee(entries),
        "handling_reason": last.reason,
        "verdict": last.verdict,
        "handled_at": last.decided_at,
        "is_open": is_open,
        "is_overdue": is_open and row["is_overdue"],
        "escalation_level": row["escalation_level"] if is_open else 0,
    }


def _assignee(entries: Iterable[Entry]) -> str | None:
    assignee = None
    for entry in entries:
        if entry.action in ("assign", "reopen"):
            assignee = entry.assignee
    return assignee


def _urgency(alert: Alert) -> tuple[Any, ...]:
    row = alert.row
    return (
        not row["is_open"],
        _LEVELS.index(row["level"]),
        str(row["due_date"] or "9999"),
        alert.id,
    )


def handle(
    settings: Settings, prefix: str, action: Action, by: str, reason: str, **more: Any
) -> tuple[Alert, Entry]:
    """Write a decision on an alert.

    Args:
        settings: which warehouse.
        prefix: the alert's id or its beginning.
        action: `ack`, `assign`, `close` or `reopen`.
        by: who decides.
        reason: why.
        more: `assignee` ('assign'); `verdict` ('close').

    Returns:
        The alert as it was before, and the decision.

    Raises:
        UserError: something is missing or no longer fits; nothing was written then.
    """
    if not by.strip() or not reason.strip():
        raise UserError("Phải nêu người quyết định (--by) và lý do (--reason)", WRONG_CALL)
    found, seen = alerts(settings)
    require_sound(seen)
    alert = find(found, prefix, NOUN, LISTING)
    _check(alert, action)
    draft = Draft(issue_id=alert.id, action=action, by=by.strip(), reason=reason.strip(), **more)

    def still_fits(log: Log) -> None:
        newer = [e for e in log.entries[len(seen.entries) :] if e.issue_id == alert.id]
        if newer:
            raise UserError(
                f"Cảnh báo {alert.id[:8]} vừa có quyết định khác: {told(newer[-1])}; "
                "xem lại bằng `kho alert show` rồi hãy quyết định",
                FAILED,
            )

    return alert, append(settings.lake, draft, settings.clock(), still_fits)


def _check(alert: Alert, action: Action) -> None:
    """Refuse what does not fit the alert.

    What has ended by itself can still be judged: whether it was of use is known only then.
    """
    closed = alert.row["handling"] == CLOSED
    if action == "reopen" and not closed:
        raise UserError("Cảnh báo này chưa đóng, không cần mở lại", FAILED)
    if action != "reopen" and closed:
        raise UserError(f"Cảnh báo này đã đóng: {told(alert.history[-1])}", FAILED)
    if action in ("ack", "assign") and not alert.row["is_open"]:
        raise UserError(
            "Cảnh báo này đã kết thúc, chỉ còn đóng được để ghi có ích hay không", FAILED
        )


def steps(settings: Settings, alert: Alert) -> list[dict[str, Any]]:
    """Read every change of state of an alert, in order."""
    query = "select * from mart.alert_transition where alert_id = ? order by step_no"
    return read_consistently(settings, lambda reader: reader.rows(query, [alert.id]))


def rules(settings: Settings) -> list[dict[str, Any]]:
    """Read what each rule has done, the noisy ones first, then those that fired most."""
    rows = published(settings, "alert_rule", "bảng theo dõi ngưỡng")
    return sorted(rows, key=lambda row: (not row["is_noisy"], -row["fired_count"], row["rule_id"]))
