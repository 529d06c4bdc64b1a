"""The inbox: the published issues as they stand after every decision, the newest included."""

import getpass
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.errors import FAILED, UserError
from pipelines.reader import Reader, read_consistently
from pipelines.settings import Settings
from pipelines.steward.log import Entry, Log, read_log
from pipelines.steward.state import STATE_NAMES, states

# not from the landing, which loads dlt
VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
SEVERITY_NAMES = {"chan": "Chặn", "canh_bao": "Cảnh báo", "ghi_nhan": "Ghi nhận"}
WAITING = ("moi", "dang_xu_ly")
NOUN, LISTING = "vấn đề", "kho steward list --all"


@dataclass(frozen=True)
class Issue:
    """One published issue; `row` is its line of `mart.quality_issue` with today's state."""

    row: Mapping[str, Any]
    history: tuple[Entry, ...] = ()

    @property
    def id(self) -> str:
        """Its whole id."""
        return str(self.row["issue_id"])

    @property
    def place(self) -> str:
        """File, sheet and cell, as far as they are known."""
        address = "!".join(str(self.row[k]) for k in ("sheet", "cell") if self.row.get(k))
        return " · ".join(part for part in (self.row.get("source_file"), address) if part)

    @property
    def question(self) -> str:
        """What the reader of the file asks about a text that is not certainly a number."""
        return str(self.record.get("doubt") or "")

    @cached_property
    def record(self) -> dict[str, Any]:
        """The row that broke the rule, whole; {} when it is none."""
        try:
            found = json.loads(self.row["record"] or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Filter:
    """What to list; None leaves a column alone."""

    equal: Mapping[str, str | None] = field(default_factory=dict)
    mine: str | None = None
    everything: bool = False

    def fits(self, issue: Issue) -> bool:
        """Tell whether an issue is asked for; without a state only those that wait for someone."""
        row = issue.row
        asked_state = self.everything or self.equal.get("state")
        if not asked_state and not (row["is_open"] and row["state"] in WAITING):
            return False
        if self.mine is not None and row["assignee"] != self.mine:
            return False
        return all(row[name] == value for name, value in self.equal.items() if value is not None)


def me() -> str:
    """Give the name of the account."""
    return getpass.getuser()


def today(settings: Settings) -> date:
    """Give the local day."""
    return settings.clock().astimezone(VIET_NAM).date()


def issues(settings: Settings) -> tuple[list[Issue], Log]:
    """Read the issues, the gravest and oldest first, and the log they were joined with.

    Raises:
        UserError: nothing is published, or by a version without an inbox.
    """
    rows = published(settings, "quality_issue", "hộp việc chất lượng")
    log = read_log(settings.lake)
    now = states(log.entries, today(settings))
    history: dict[str, list[Entry]] = {}
    for entry in log.entries:
        history.setdefault(entry.issue_id, []).append(entry)
    found = []
    for row in rows:
        known = now.get(row["issue_id"])
        if known and row["is_open"]:
            row |= {
                "state": known.state,
                "state_reason": known.reason,
                "assignee": known.assignee,
                "until": known.until,
            }
        row |= {"state_name": STATE_NAMES[row["state"]]}
        found.append(Issue(row, tuple(history.get(row["issue_id"], ()))))
    order = list(SEVERITY_NAMES)
    found.sort(key=lambda i: (order.index(i.row["severity"]), str(i.row["first_seen"]), i.id))
    return found, log


def expired(settings: Settings) -> list[dict[str, Any]]:
    """Read the corrections whose text is no longer printed."""
    rows = published(settings, "quality_correction", "hộp việc chất lượng")
    return [row for row in rows if row["state"] == "het_hieu_luc"]


def published(settings: Settings, table: str, what: str) -> list[dict[str, Any]]:
    """Read a table of `mart` whole.

    Args:
        settings: which warehouse.
        table: its name.
        what: what it holds, in Vietnamese.

    Raises:
        UserError: nothing is published, or by a version without this table.
    """

    def work(reader: Reader) -> list[dict[str, Any]] | None:
        there = reader.rows(
            "select 1 from information_schema.tables "
            "where table_schema = 'mart' and table_name = ?",
            [table],
        )
        return reader.rows(f"select * from mart.{table}") if there else None

    rows = read_consistently(settings, work)
    if rows is None:
        raise UserError(f"Lần công bố này chưa có {what}: chạy `kho run` trước", FAILED)
    return rows
