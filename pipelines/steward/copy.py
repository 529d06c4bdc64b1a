"""Hand the decisions that the log's seals vouch for to dbt, before it builds."""

import hashlib
from contextlib import closing
from pathlib import Path
from typing import Any

from pipelines.files import write_atomically
from pipelines.reader import read_consistently
from pipelines.settings import Settings
from pipelines.steward.log import Entry, Log, canonical, cut_tail, read_log

COLUMNS = {
    "seq": "bigint",
    "decided_at": "timestamptz",
    "issue_id": "text",
    "action": "text",
    "by": "text",
    "reason": "text",
    "assignee": "text",
    "until": "date",
    "expect": "text",
    "value": "text",
    "scope": "text",
    "subject": "text",
    "verdict": "text",
    "previous_hash": "text",
    "hash": "text",
}
_TABLE = "ops.steward_decision"


def in_force_file(lake: Path) -> Path:
    """Give the path of the file from which DuckDB reads the decisions."""
    return lake / "_steward" / "in_force.jsonl"


def hand_over(settings: Settings) -> None:
    """Bring the decisions in force to where the macro `steward_decisions()` reads them.

    Args:
        settings: which warehouse; DuckDB reads a file, PostgreSQL the table it owns.
    """
    entries = read_log(settings.lake).entries
    if settings.target == "duckdb":
        lines = [canonical(entry.model_dump(mode="json")).decode() + "\n" for entry in entries]
        write_atomically(in_force_file(settings.lake), "".join(lines))
    else:
        _fill_table(settings.postgres_dsn(), entries)


def _fill_table(dsn: str, entries: tuple[Entry, ...]) -> None:
    """Replace the whole table in one transaction; decisions are few."""
    import psycopg2
    from psycopg2.extras import execute_values

    declared = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    rows = [tuple(getattr(entry, name) for name in COLUMNS) for entry in entries]
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("create schema if not exists ops")
        cursor.execute(f"create table if not exists {_TABLE} ({declared})")
        for name, kind in COLUMNS.items():
            cursor.execute(f'alter table {_TABLE} add column if not exists "{name}" {kind}')
        cursor.execute(f"delete from {_TABLE}")
        execute_values(cursor, f"insert into {_TABLE} values %s", rows)


def answers_fingerprint(log: Log) -> str:
    """Hash the answers, which change rows that the warehouse took in long ago.

    Returns:
        16 hex digits, '' while nothing was answered.
    """
    answered = {entry.issue_id for entry in log.entries if entry.action == "answer"}
    words = [
        entry.hash
        for entry in log.entries
        if entry.issue_id in answered and entry.action in ("answer", "reopen")
    ]
    return hashlib.sha256("|".join(words).encode()).hexdigest()[:16] if words else ""


def published_head(settings: Settings) -> tuple[int, str]:
    """Give (count, hash of the last) of the decisions that readers see; (0, '') before any."""
    from pipelines.errors import UserError

    def work(reader: Any) -> list[dict[str, Any]]:
        columns = reader.rows(
            "select 1 from information_schema.columns where table_schema = 'mart' "
            "and table_name = 'publication' and column_name = 'decision_head'"
        )
        # published by a version that knew no decisions
        if not columns:
            return []
        found: list[dict[str, Any]] = reader.rows(
            "select decision_count, decision_head from mart.publication"
        )
        return found

    try:
        rows = read_consistently(settings, work)
    except UserError:
        return 0, ""
    return (int(rows[0]["decision_count"]), rows[0]["decision_head"]) if rows else (0, "")


def witnessed_head(settings: Settings) -> tuple[int, str]:
    """Give the head that the next publication shall carry.

    A log that does not go on from the published head leaves that head standing, so that a new
    publication does not wipe out the only witness.
    """
    log, known = read_log(settings.lake), published_head(settings)
    return known if cut_tail(log, *known) else (len(log.entries), log.head)


def complaint(settings: Settings) -> str:
    """Say what is wrong with the log, in Vietnamese; '' when it is sound."""
    log = read_log(settings.lake)
    if log.broken:
        return f"dòng {log.broken.line} hỏng: {log.broken.problem}"
    return cut_tail(log, *published_head(settings))
