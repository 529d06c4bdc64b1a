"""What the commands on alerts print."""

from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.table import Table

from pipelines.alerting.register import Alert
from pipelines.page import page
from pipelines.steward.deciding import VERDICTS, told
from pipelines.steward.ids import short_ids
from pipelines.steward.inbox import VIET_NAM

_STATES = {
    "normal": "bình thường",
    "pending": "chờ đủ kỳ",
    "firing": "đang cảnh báo",
    "recovering": "đang hồi phục",
    "resolved": "kết thúc",
    "no_data": "thiếu số liệu",
    "corrected": "đã đính chính",
}


def show_list(chosen: Sequence[Alert], everyone: Sequence[Alert], limit: int) -> None:
    """Print a table of alerts and how many there are."""
    if not chosen:
        page.print("Không có cảnh báo nào như đã lọc.")
        return
    short = short_ids(everyone)
    table = _table("Mã", "Mức", "Nội dung", "Trả lời", "Hạn", "Tình trạng")
    for alert in chosen[:limit]:
        row = alert.row
        table.add_row(
            short(alert),
            row["level_name"],
            row["message"],
            row["responsible_name"],
            _due(row),
            f"{row['state_name']}; {_handling(row)}",
        )
    page.print(table)
    if len(chosen) > limit:
        page.print(f"{limit} trong {len(chosen)} cảnh báo; xem thêm bằng --limit hoặc bộ lọc.")
    else:
        page.print(f"{len(chosen)} cảnh báo.")


def show_alert(alert: Alert, steps: Iterable[dict[str, Any]]) -> None:
    """Print everything about one alert."""
    page.print(alert.row["message"], style="bold")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in _facts(alert):
        if text:
            table.add_row(label, str(text))
    page.print(table)
    _section("Từng bước", map(_step, steps))
    _section("Các quyết định", map(told, alert.history))


def show_rules(rows: Sequence[dict[str, Any]]) -> None:
    """Print what each rule has done."""
    table = _table("Ngưỡng", "Chỉ tiêu", "Loại", "Phát", "Còn mở", "Có ích", "Nhầm", "Ồn")
    for row in rows:
        counts = ("fired_count", "open_count", "useful_count", "false_count")
        table.add_row(
            row["rule_id"],
            row["indicator_name"],
            row["kind_name"],
            *(str(row[name]) for name in counts),
            "ồn" if row["is_noisy"] else "",
        )
    page.print(table)
    page.print(f"{len(rows)} ngưỡng đã phát cảnh báo.")


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading in ("Mã", "Mức", "Hạn"))
    return table


def _due(row: Any) -> str:
    if not row["due_date"]:
        return ""
    return f"{row['due_date']:%d/%m/%Y}{' (quá hạn)' if row['is_overdue'] else ''}"


def _handling(row: Any) -> str:
    words = row["handling_name"].lower()
    if row["assignee"]:
        words += f" ({row['assignee']})"
    if row["verdict"]:
        words += f", {VERDICTS[row['verdict']]}"
    return words


def _facts(alert: Alert) -> Iterable[tuple[str, Any]]:
    row = alert.row
    yield "Mã", alert.id
    yield "Mức", f"{row['level_name']} · {row['kind_name']} · ngưỡng {row['rule_id']}"
    yield "Tình trạng", f"{row['state_name']}; {_handling(row)}"
    yield "Lý do", row["handling_reason"]
    yield "Chỉ tiêu", f"{row['indicator_name']} · {row['area_name']} · từ {row['period_label']}"
    yield "Trả lời", f"{row['responsible_name']}, hạn {_due(row)}" if row["due_date"] else None
    if row["responsible_then_code"] != row["responsible_code"]:
        yield "Lúc phát", row["responsible_then_name"]
    yield "Căn cứ", row["basis"]
    yield "Văn bản", row["legal_act"]


def _step(row: dict[str, Any]) -> str:
    at = row["told_at"].astimezone(VIET_NAM) if row["told_at"] else None
    when = f"{at:%H:%M %d/%m/%Y}" if at else "chưa rõ lúc nào"
    before, after = (_STATES.get(row[name], row[name]) for name in ("from_state", "to_state"))
    return f"{when}: {before} → {after} (kỳ đến {row['period_end']:%d/%m/%Y})"


def _section(title: str, lines: Iterable[str]) -> None:
    kept = list(lines)
    if kept:
        page.print(f"\n{title}", style="bold")
        for line in kept:
            page.print(line)
