"""What came before: rules may compare a delivery with the accepted delivery just before it."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from expectations.checks import DELIVERIES, Tables, sql_text
from expectations.quality import ACCEPTED, quality_file

_REGISTER = "delivery"
_MENTIONED = re.compile(r"\bearlier_([a-z0-9_]+)\b")
_COMPACT = ".compact.parquet"
_LATER = "_later"


def mentioned_tables(sql: Iterable[str | None]) -> set[str]:
    """Name the tables whose earlier rows some SQL asks for."""
    return {name for text in sql for name in _MENTIONED.findall(text or "")}


def open_earlier(
    sql: duckdb.DuckDBPyConnection,
    dataset: Path,
    load_id: str,
    tables: Tables,
    wanted: Iterable[str],
) -> None:
    """Make a view `earlier_<table>` for each table wanted.

    It has the rows of the delivery before, in the order of `_known_at` and `published_seq`,
    and `_later`, the judged delivery that they come before. Deliveries of this load count,
    whatever will be decided about them, and those accepted in other loads.

    Args:
        sql: the database in which the load is judged, its `_all_<table>` views there.
        dataset: the folder of the source in the lake.
        load_id: the load that is judged.
        tables: its tables.
        wanted: names of tables; those that the source does not have are passed over.
    """
    names = sorted(set(wanted) & tables.keys())
    if not names or _REGISTER not in tables:
        return
    _find_before(sql, dataset, load_id)
    loads = [
        row[0]
        for row in sql.execute(
            "select distinct load_id from _before where load_id <> ? order by 1", [load_id]
        ).fetchall()
    ]
    for name in names:
        files = sorted({path for load in loads for path in files_with(dataset / name, load)})
        # read where they lie: as a table they would take the memory of a second load
        elsewhere = f" union all by name {_scan(files)}" if files else ""
        sql.execute(
            f'create or replace view "earlier_{name}" as select c.*, b.{_LATER} '
            f'from (select * from "_all_{name}"{elsewhere}) as c inner join _before as b '
            "on b.delivery = c._delivery and b.load_id = c._dlt_load_id::varchar"
        )


def _find_before(sql: duckdb.DuckDBPyConnection, dataset: Path, load_id: str) -> None:
    """Make `_before`: each judged delivery with the one that came before it."""
    register = _scan([dataset / _REGISTER / "*.parquet"])
    verdicts = sql_text(quality_file(dataset.parent, "verdict", dataset.name, "*"))
    sql.execute(
        f"""create or replace table _before as
        with accepted as (
            select distinct r._delivery, r._dlt_load_id::varchar as load_id, r._known_at,
                r.published_seq
            from ({register}) as r
            inner join read_parquet({verdicts}) as v
                on v.delivery = r._delivery and v.load_id = r._dlt_load_id::varchar
            where v.decision = '{ACCEPTED}' and v.load_id <> ?
        ),
        known as (
            select * from accepted
            union all
            select _delivery, ?, _known_at, published_seq from "_all_{_REGISTER}"
        ),
        neighbours as (
            select _delivery as {_LATER}, lag(_delivery) over earlier as delivery,
                lag(load_id) over earlier as load_id
            from known
            window earlier as (order by _known_at, published_seq, _delivery)
        )
        select n.* from neighbours as n
        where n.delivery is not null and n.{_LATER} in (select j._delivery from "{DELIVERIES}" as j)
        """,
        [load_id, load_id],
    )


def files_with(table: Path, load_id: str) -> Sequence[Path]:
    """List the files that hold a load of a table: its own, or the compacted one that took it in.

    Args:
        table: the table's folder in the lake.
        load_id: the load.
    """
    compact = max(table.glob(f"*{_COMPACT}"), key=lambda path: path.name, default=None)
    if compact is not None and load_id <= compact.name.removesuffix(_COMPACT):
        return [compact]
    return sorted(table.glob(f"{load_id}.*.parquet"))


def _scan(files: Sequence[Path]) -> str:
    listed = ", ".join(sql_text(path) for path in files)
    return f"select * from read_parquet([{listed}], union_by_name = true)"
