"""What the commands on reminders print."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from pipelines.page import page
from pipelines.reminding.ledger import STATE_NAMES, Item, Ledger
from pipelines.reminding.letter import Letter
from pipelines.reminding.planning import said
from pipelines.steward.ids import short_ids


def show_list(chosen: Sequence[Item], ledger: Ledger, limit: int) -> None:
    """Print a table of items and how many there are."""
    if not chosen:
        page.print("Không có việc nào như đã lọc.")
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for heading in ("Cơ quan", "Nội dung", "Kỳ", "Hạn", "Chậm", "Đã nhắc"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("Kỳ", "Hạn", "Chậm"))
    short = short_ids(ledger.reminders)
    for item in chosen[:limit]:
        row = item.row
        late = f"{row['days_late']} ng" if row["days_late"] else ""
        table.add_row(
            row["agency_name"],
            said(row),
            row["period_label"],
            f"{row['due_date']:%d/%m/%Y}",
            late,
            "; ".join(
                f"{one.reminded_on:%d/%m/%Y} (mã {short(one)}, {STATE_NAMES[one.state]}"
                + (f": {one.reason})" if one is item.contested else ")")
                for one in item.reminders
            ),
        )
    page.print(table)
    if len(chosen) > limit:
        page.print(f"{limit} trong {len(chosen)} việc; xem thêm bằng --limit hoặc bộ lọc.")
    else:
        page.print(f"{len(chosen)} việc.")


def plain_row(item: Item) -> dict[str, Any]:
    """Give an item for programs: its line, and the id of its last reminder."""
    last = item.reminders[-1].id if item.reminders else None
    return {**item.row, "last_reminder_id": last}


def show_drafts(letters: Sequence[Letter], files: Sequence[Path]) -> None:
    """Print what would be sent to whom."""
    for letter, file in zip(letters, files, strict=True):
        page.print(f"{_told(letter)}; {_way(letter)}", soft_wrap=True)
        page.print(f"  {file}", soft_wrap=True)
    if not letters:
        page.print("Hôm nay không có gì phải đôn đốc.")
        return
    page.print(f"{len(letters)} công văn nháp, chưa gửi. Gửi: `kho remind --send`.")


def show_sent(letters: Sequence[Letter]) -> None:
    """Print what was recorded as sent."""
    for letter in letters:
        way = f"gửi {', '.join(letter.recipients)}" if letter.recipients else "gửi tay"
        page.print(f"Đã ghi: {_told(letter)}; {way}", soft_wrap=True)
    page.print(f"{len(letters)} công văn. Bước tiếp theo: `kho run` để bảng điều hành đếm theo.")


def _told(letter: Letter) -> str:
    meaning = f" – {letter.meaning}" if letter.meaning else ""
    return (
        f"{letter.agency_name}: {len(letter.items)} việc, lần thứ {letter.number_in_year} "
        f"năm {letter.day.year}{meaning}"
    )


def _way(letter: Letter) -> str:
    if letter.recipients:
        return f"gửi {', '.join(letter.recipients)}"
    return (
        f"chưa có người nhận trong recipients.yaml, phải gửi tay rồi ghi bằng "
        f"`kho remind --sent-by-hand --agency {letter.agency_code}`"
    )
