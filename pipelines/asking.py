"""`kho sql`: a read-only question to the published warehouse."""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.errors import FAILED, UserError
from pipelines.reader import Answer, read_consistently
from pipelines.settings import Settings


def ask(settings: Settings, query: str, output: str) -> None:
    """Run a query and print its answer.

    Args:
        settings: which warehouse.
        query: one SQL statement that only reads.
        output: 'table', 'csv' or 'json'.

    Raises:
        UserError: the engine refuses the statement.
    """
    if settings.target == "postgres":
        _require_one_statement(settings, query)
    answer = read_consistently(settings, lambda reader: _checked(reader, query))
    {"table": _table, "csv": _csv, "json": _json}[output](answer)


def _require_one_statement(settings: Settings, query: str) -> None:
    """Let PostgreSQL itself say that this is one statement, before it runs.

    Several statements in one string could begin with `set transaction read write`; the
    extended protocol, in which a statement is prepared, takes only one.
    """
    from contextlib import closing

    from adbc_driver_postgresql import dbapi

    with closing(dbapi.connect(settings.postgres_dsn())) as connection:
        try:
            with connection.cursor() as cursor:
                cursor.adbc_prepare(query)
        except dbapi.Error as error:
            # what is merely wrong is refused again, in plainer words, where it runs
            if "multiple commands" in str(error):
                raise UserError("Mỗi lần chỉ hỏi một câu lệnh SQL", FAILED) from error


def _checked(reader: Any, query: str) -> Answer:
    try:
        answer: Answer = reader.query(query)
        return answer
    except Exception as error:
        # neither engine's errors are imported here: that would load both libraries
        if type(error).__module__.split(".")[0] in ("duckdb", "_duckdb", "psycopg2"):
            if type(error).__name__ == "UndefinedTable":
                raise
            raise UserError(f"Câu lệnh SQL không chạy được: {_short(error)}", FAILED) from error
        raise


def _short(error: Exception) -> str:
    return " ".join(str(error).split("\n\n")[0].split())[:400]


def _table(answer: Answer) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for column in answer.columns:
        table.add_column(column, overflow="fold")
    for row in answer.rows:
        table.add_row(*(_text(value) for value in row))
    console = Console(highlight=False, markup=False)
    # off a terminal nothing is folded or cut: the output is read by programs
    (console if console.is_terminal else Console(width=10_000, markup=False)).print(table)


def print_rows(rows: Sequence[Mapping[str, Any]], output: str) -> None:
    """Print rows as 'csv' or 'json'."""
    columns = list(rows[0]) if rows else []
    answer = Answer(columns, [tuple(row.values()) for row in rows])
    {"csv": _csv, "json": _json}[output](answer)


def _csv(answer: Answer) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([[_text(value) for value in row] for row in answer.rows])


def _json(answer: Answer) -> None:
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    json.dump(rows, sys.stdout, ensure_ascii=False, default=_plain, indent=1)
    sys.stdout.write("\n")


def _plain(value: Any) -> Any:
    from decimal import Decimal

    return float(value) if isinstance(value, Decimal) else str(value)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
