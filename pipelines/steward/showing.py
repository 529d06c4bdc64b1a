"""What the steward's commands print."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from rich import box
from rich.table import Table

from pipelines.page import page
from pipelines.screen_errors import err
from pipelines.steward.deciding import told
from pipelines.steward.ids import short_ids
from pipelines.steward.inbox import SEVERITY_NAMES, VIET_NAM, Issue
from pipelines.steward.letter import reminder
from pipelines.steward.log import Log


def warn_of(log: Log) -> None:
    """Say on the terminal that the log is broken: decisions after the break do not count."""
    if log.broken:
        err.print(
            f"Nhật ký quyết định hỏng từ dòng {log.broken.line}; chạy `kho steward verify`",
            style="yellow",
        )


def show_list(chosen: Sequence[Issue], everyone: Sequence[Issue], limit: int, day: date) -> None:
    """Print a table of issues and how many there are."""
    if not chosen:
        page.print("Không có vấn đề nào như đã lọc.")
        return
    short = short_ids(everyone)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("Mã", no_wrap=True)
    table.add_column("Mức", no_wrap=True)
    table.add_column("Vấn đề", ratio=5, overflow="fold")
    table.add_column("Ở đâu", ratio=4, overflow="fold")
    table.add_column("Tuổi", justify="right", no_wrap=True)
    table.add_column("Tình trạng", overflow="fold", max_width=14)
    for issue in chosen[:limit]:
        row = issue.row
        table.add_row(
            short(issue),
            SEVERITY_NAMES[row["severity"]],
            row["sentence"],
            _where(issue),
            f"{_age(row['first_seen'], day)} ng",
            _state(row),
        )
    page.print(table)
    if len(chosen) > limit:
        page.print(f"{limit} trong {len(chosen)} vấn đề; xem thêm bằng --limit hoặc bộ lọc.")
    else:
        page.print(f"{len(chosen)} vấn đề.")


def _where(issue: Issue) -> str:
    row = issue.row
    address = "!".join(str(row[k]) for k in ("sheet", "cell") if row[k]) or row["source_file"]
    printed = f"«{row['value_text']}»" if row["value_text"] else ""
    period = f"{row['period']:%m/%Y}" if row["period"] else ""
    parts = (row["family_name"] or row["source"], period, address, printed)
    return " · ".join(str(part) for part in parts if part)


def _state(row: Any) -> str:
    until = f" đến {row['until']:%d/%m/%y}" if row["until"] and row["state"] == "bo_qua" else ""
    assignee = f" ({row['assignee']})" if row["assignee"] else ""
    return f"{row['state_name']}{until}{assignee}"


def _age(seen: Any, day: date) -> int:
    return max(0, (day - seen.astimezone(VIET_NAM).date()).days) if seen else 0


def show_issue(issue: Issue, day: date) -> None:
    """Print everything about one issue."""
    row = issue.row
    page.print(f"{row['sentence']}", style="bold")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in _facts(issue):
        if text:
            table.add_row(label, str(text))
    page.print(table)
    _section("Dòng số liệu", (f"{name}: {value}" for name, value in issue.record.items()))
    _section("Các quyết định", map(told, issue.history))
    _section("Công văn nhắc (bản nháp)", [reminder(issue, day)])


def _facts(issue: Issue) -> Iterable[tuple[str, Any]]:
    row = issue.row
    yield "Mã", issue.id
    yield "Luật", f"{row['rule_id']} ({row['dimension']}, {SEVERITY_NAMES[row['severity']]})"
    yield "Tình trạng", _state(row) + (f": {row['state_reason']}" if row["state_reason"] else "")
    yield "Nguồn", f"{row['source_name']} – {row['agency_name']}"
    yield (
        "Nhóm, kỳ",
        " · ".join(
            part
            for part in (row["family_name"], f"{row['period']:%m/%Y}" if row["period"] else "")
            if part
        ),
    )
    yield "Ở đâu", issue.place
    yield "Đang ghi", row["value_text"]
    yield "Câu hỏi", issue.question
    yield "Con số", row["detail"] if row["detail"] != row["sentence"] else None
    yield "Thấy", f"lần đầu {_day(row['first_seen'])}, lần cuối {_day(row['last_seen'])}"
    yield "Cách sửa", row["mend"]


def _day(instant: Any) -> str:
    return f"{instant.astimezone(VIET_NAM):%d/%m/%Y}" if instant else "chưa rõ"


def _section(title: str, lines: Iterable[str]) -> None:
    kept = list(lines)
    if kept:
        page.print(f"\n{title}", style="bold")
        for line in kept:
            page.print(line)


def show_expired(rows: Sequence[dict[str, Any]]) -> None:
    """Print the corrections that have no effect any more."""
    if not rows:
        page.print("Không có đính chính nào hết hiệu lực.")
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for heading in ("Đính chính", "Ở đâu", "Chữ", "Số", "Vì sao hết hiệu lực", "Ai"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        place = " · ".join(str(row[k]) for k in ("period", "sheet", "cell", "series") if row[k])
        table.add_row(
            row["correction_id"],
            place,
            row["expect"],
            f"{row['value'].normalize():f}",
            row["state_reason"],
            row["decided_by"],
        )
    page.print(table)


def say(line: str) -> None:
    """Print one line."""
    page.print(line, soft_wrap=True)
