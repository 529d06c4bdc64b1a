"""What a message about alerts says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipelines.alerting.changes import Change, Kind
from pipelines.steward.ids import SHORT
from pipelines.steward.inbox import VIET_NAM

_MOST_LINES = 20
_HEADINGS = {
    Kind.firing: "cảnh báo mới",
    Kind.corrected: "cảnh báo đã đính chính",
    Kind.resolved: "cảnh báo đã kết thúc",
    Kind.closed: "cảnh báo lãnh đạo đã đóng",
    Kind.escalated: "cảnh báo quá hạn trả lời",
}
_NO_DATA = {Kind.firing: "nguồn thiếu số liệu", Kind.resolved: "nguồn đã đủ số liệu trở lại"}


def subject(changes: Sequence[Change]) -> str:
    """Write the subject of one group of changes: where from, how many of what, which day."""
    first = changes[0]
    counted = [f"{len(some)} {heading}" for heading, some in _sections(changes) if some]
    source = "" if first.kind is Kind.escalated else f"{first.alert['source_title']}: "
    simulated = "[Mô phỏng] " if first.alert["is_simulated"] else ""
    day = f"{first.at.astimezone(VIET_NAM):%d/%m/%Y}"
    return f"{simulated}{source}{', '.join(counted)} ({day})"


def body(changes: Sequence[Change]) -> str:
    """Write the text: of each kind of change the gravest lines, and how many more there are."""
    parts = [_section(heading, some) for heading, some in _sections(changes) if some]
    parts.append("Xem tất cả: kho alert list; từng cảnh báo: kho alert show MÃ.")
    return "\n\n".join(parts)


def _sections(changes: Sequence[Change]) -> Iterator[tuple[str, list[Change]]]:
    for kind, heading in _HEADINGS.items():
        some = [change for change in changes if change.kind is kind]
        lacking = [change for change in some if _lacks(change)]
        yield _NO_DATA.get(kind, heading), lacking
        yield heading, [change for change in some if not _lacks(change)]


def _lacks(change: Change) -> bool:
    return change.alert["kind"] == "no_data" and change.kind in _NO_DATA


def _section(heading: str, changes: Iterable[Change]) -> str:
    gravest = sorted(changes, key=lambda change: (change.alert["level"] != "alarm", change.at))
    lines = [f"{len(gravest)} {heading}:"]
    lines += [_line(change.kind, change.alert) for change in gravest[:_MOST_LINES]]
    if len(gravest) > _MOST_LINES:
        lines.append(f"… và {len(gravest) - _MOST_LINES} cảnh báo khác.")
    return "\n".join(lines)


def _line(kind: Kind, alert: Mapping[str, Any]) -> str:
    return f"- [{alert['level_name']}] {alert['message']}{_more(kind, alert)} (mã {_short(alert)})"


def _more(kind: Kind, alert: Mapping[str, Any]) -> str:
    if kind is Kind.firing and alert["due_date"]:
        return f" {alert['responsible_name']} trả lời trước hết ngày {_day(alert['due_date'])}."
    if kind is Kind.escalated:
        twice = ", đã quá hai lần hạn" if alert["escalation_level"] > 1 else ""
        return f" {alert['responsible_name']} lẽ ra trả lời ngày {_day(alert['due_date'])}{twice}."
    if kind is Kind.closed:
        return f" Lý do đóng: {alert['handling_reason']}."
    return ""


def _day(day: Any) -> str:
    return f"{day:%d/%m/%Y}"


def _short(alert: Mapping[str, Any]) -> str:
    return str(alert["alert_id"])[:SHORT]
