"""Building single models of the dbt project on a bare connection of either engine."""

import csv
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import duckdb
import jinja2
import psycopg2

from pipelines.settings import DBT_PROJECT

# macros without dbt's own tags; what asks the adapter is given one by the test
MACROS = (
    "numbers",
    "periods",
    "calendar",
    "areas",
    "agencies",
    "sources",
    "carry",
    "vintages",
    "score_766",
    "monitoring",
    "vn_aqi",
    "unsound_rows",
    "known",
    "alerts",
    "thresholds",
    "json",
    "steward",
    "owing",
    "quality_functions",
    "plans",
    "main_board",
)
Row = tuple[Any, ...]


class Engine(Protocol):
    """A database that runs one statement at a time and gives its rows."""

    def __call__(self, sql: str) -> list[Row]: ...


def duckdb_engine() -> Engine:
    """Open an empty DuckDB in memory, in UTC as the warehouse is."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    return lambda sql: connection.execute(sql).fetchall()


def postgres_engine(dsn: str) -> Engine:
    """Open a PostgreSQL database, each statement on its own."""
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    cursor = connection.cursor()

    def run(sql: str) -> list[Row]:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []

    return run


def rendered(text: str, **names: Callable[..., str]) -> str:
    """Give the SQL of a text of dbt; `ref` names the bare table.

    Args:
        text: a model's text or a call of the project's macros.
        names: what else the text calls, such as dbt's own functions.
    """
    files = [DBT_PROJECT / "macros" / f"{name}.sql" for name in MACROS]
    macros = "".join(file.read_text(encoding="utf-8") for file in files)
    given: dict[str, Any] = {
        "ref": lambda table: table,
        "var": _not_given,
        "config": lambda **_: "",
        **names,
    }
    return jinja2.Environment().from_string(macros + text, globals=given).render().strip()


def build_model(run: Engine, name: str, **names: Callable[..., str]) -> None:
    """Build `models/**/name.sql` as a table from tables that stand there already."""
    run(f"drop table if exists {name}")
    run(f"create table {name} as {model_sql(name, **names)}")


def model_sql(name: str, **names: Callable[..., str]) -> str:
    """Give the SQL of `models/**/name.sql`; `names` are what else it calls."""
    (file,) = (DBT_PROJECT / "models").rglob(f"{name}.sql")
    return rendered("\n" + file.read_text(encoding="utf-8"), **names)


def fill(run: Engine, table: str, columns: str, rows: Iterable[Sequence[str | None]]) -> None:
    """Make a table of text values, cast to the columns' types; None and '' are missing.

    Args:
        run: the database.
        table: its name, replaced when it stands there.
        columns: as in `create table`: 'calendar text, day date'.
        rows: the lines, a text per column.
    """
    run(f"drop table if exists {table}")
    run(f"create table {table} ({columns})")
    values = ", ".join(f"({', '.join(_literal(value) for value in row)})" for row in rows)
    run(f"insert into {table} values {values}")


def seed_rows(name: str) -> list[list[str]]:
    """Give the lines of a seed without its header."""
    with (DBT_PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def _not_given(_name: str, default: Any) -> Any:
    return default


def _literal(value: str | None) -> str:
    return "null" if value in (None, "") else "'" + str(value).replace("'", "''") + "'"
