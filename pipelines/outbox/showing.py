"""What is in the outbox, and settling what the machine cannot know."""

import sqlite3
from collections.abc import Sequence

from rich import box
from rich.table import Table

from pipelines.errors import FAILED, WRONG_CALL, UserError
from pipelines.outbox import store
from pipelines.page import page
from pipelines.settings import Settings
from pipelines.steward.inbox import VIET_NAM

STATES = {
    "waiting": "đang chờ",
    "handing": "đang gửi",
    "sent": "đã gửi",
    "refused": "bị từ chối",
    "unsure": "không rõ đã đến chưa",
    "settled": "đã giải quyết",
}
_OPEN = ("waiting", "handing", "refused", "unsure")


def messages(settings: Settings, everything: bool = False) -> list[sqlite3.Row]:
    """Read the outbox, oldest first; without `everything` only what still needs something."""
    with store.opened(settings) as db:
        rows = db.execute("select * from message order by id").fetchall()
    return [row for row in rows if everything or row["state"] in _OPEN]


def show(rows: Sequence[sqlite3.Row]) -> None:
    """Print messages and what to do about those that are stuck."""
    if not rows:
        page.print("Hộp thư đi không còn tin nào phải lo.")
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for heading in ("Số", "Lập lúc", "Người nhận", "Tin", "Tình trạng"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "Số")
    for row in rows:
        at = store.instant(row["put_at"]).astimezone(VIET_NAM)
        note = f": {row['note']}" if row["note"] else ""
        tries = f" ({row['tries']} lần thử)" if row["tries"] else ""
        table.add_row(
            str(row["id"]),
            f"{at:%H:%M %d/%m/%Y}",
            row["recipient"],
            row["subject"],
            f"{STATES[row['state']]}{tries}{note}",
        )
    page.print(table)
    page.print(f"{len(rows)} tin.")
    if any(row["state"] in ("unsure", "refused") for row in rows):
        page.print(
            "Hỏi người nhận: chưa có thì `kho alert resend SỐ`, đã có hay thôi gửi thì "
            "`kho alert settle SỐ`.",
            soft_wrap=True,
        )


def resend(settings: Settings, number: int) -> sqlite3.Row:
    """Let a message that was refused or is unsure go again.

    Raises:
        UserError: there is no such message, or it needs no help.
    """
    return _change(settings, number, ("refused", "unsure"), "waiting", "gửi lại theo yêu cầu")


def settle(settings: Settings, number: int) -> sqlite3.Row:
    """Take a message out of the queue: it has arrived, or is not wanted any more.

    Raises:
        UserError: there is no such message, or it needs no help.
    """
    states = ("waiting", "refused", "unsure")
    return _change(settings, number, states, "settled", "người vận hành đã giải quyết")


def _change(
    settings: Settings, number: int, states: tuple[str, ...], to: str, note: str
) -> sqlite3.Row:
    with store.opened(settings) as db, store.writing(db):
        row: sqlite3.Row | None = db.execute(
            "select * from message where id = ?", (number,)
        ).fetchone()
        if row is None:
            raise UserError(f"Không có tin số {number}: xem `kho alert outbox --all`", WRONG_CALL)
        if row["state"] not in states:
            raise UserError(f"Tin số {number} {STATES[row['state']]}, không cần làm gì", FAILED)
        store.change_state(db, number, to, settings.clock(), note)
        store.resume(db, f"recipient:{row['recipient']}")
        return row
