"""Holds a warehouse against the ledger of truth: rows, keys and states of every source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from simulators.province import sources as available
from simulators.province.engine import engine
from simulators.province.truth import Truth

_SHOWN = 5
_COUNTS = range(3, 8)


@dataclass(frozen=True)
class Comparison:
    """How a relation of the warehouse stands beside a table of the truth.

    Attributes:
        source: source.
        table: table of the truth.
        relation: rows of the warehouse, as they stand behind `from`.
        expected: records that exist.
        found: rows of the warehouse.
        missing: records that the warehouse lacks.
        extra: keys of the warehouse that do not exist, or stand there again.
        differing: records in another state.
        examples: some keys of the three, with what is wrong.
    """

    source: str
    table: str
    relation: str
    expected: int
    found: int
    missing: int
    extra: int
    differing: int
    examples: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Tell whether both hold the same records in the same states."""
        return not (self.missing or self.extra or self.differing or self.expected != self.found)


def compare(
    truth: Truth, warehouse: Path, now: datetime, sources: Iterable[str] | None = None
) -> list[Comparison]:
    """Compare every table that a source's `compare.py` names.

    Args:
        truth: the ledger.
        warehouse: file of a DuckDB warehouse, opened read-only.
        now: the instant that the warehouse has been brought to, with a time zone.
        sources: sources to compare; None for all that are in the ledger.

    Returns:
        One comparison a table.
    """
    chosen = available.names() if sources is None else sources
    with engine() as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute("use warehouse")
        return [
            _compare(connection, truth, source, now, *line)
            for source in chosen
            if available.has(source, "compare") and (truth.folder / source).is_dir()
            for line in available.part(source, "compare").TABLES
        ]


def report(comparisons: Iterable[Comparison]) -> str:
    """Write comparisons as a table for people, with the first differing keys below."""
    heads = ("Nguồn", "Bảng", "Kho", "Nguồn có", "Kho có", "Thiếu", "Thừa", "Khác", "Kết quả")
    lines = [heads, *(_line(found) for found in comparisons)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    rows = [
        "  ".join(
            cell.rjust(width) if place in _COUNTS else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([*rows, *(example for found in comparisons for example in found.examples)])


def _line(found: Comparison) -> tuple[str, ...]:
    counts = (found.expected, found.found, found.missing, found.extra, found.differing)
    words = "khớp" if found.equal else "LỆCH"
    told = (f"{count:,}".replace(",", ".") for count in counts)
    return (found.source, found.table, found.relation, *told, words)


def _compare(
    connection: duckdb.DuckDBPyConnection,
    truth: Truth,
    source: str,
    now: datetime,
    table: str,
    relation: str,
    key: str,
    columns: Mapping[str, str],
) -> Comparison:
    state = truth.state(source, table, now)
    connection.register("state", state)
    ours = ", ".join(f"({told})::varchar as c{n}" for n, told in enumerate(columns))
    theirs = ", ".join(f"({kept})::varchar as c{n}" for n, kept in enumerate(columns.values()))
    differs = " or ".join(f"t.c{n} is distinct from w.c{n}" for n in range(len(columns)))
    connection.execute(
        f"""
        create or replace temp table compared as
        with t as (select _key as key, {ours} from state),
        w as (
            select ({key})::varchar as key, {theirs},
                row_number() over (partition by ({key})::varchar) as place
            from {relation}
        )
        select coalesce(t.key, w.key) as key,
            case when w.key is null then 'thiếu' when t.key is null then 'thừa'
                when w.place > 1 then 'lặp' when {differs or "false"} then 'khác' end as wrong
        from t full join w on t.key = w.key
        """
    )
    counts = dict(
        connection.execute("select wrong, count(*) from compared group by wrong").fetchall()
    )
    examples = connection.execute(
        "select wrong, key from compared where wrong is not null order by key limit ?", [_SHOWN]
    ).fetchall()
    (found,) = connection.execute(f"select count(*) from {relation}").fetchall()[0]
    return Comparison(
        source=source,
        table=table,
        relation=relation,
        expected=len(state),
        found=found,
        missing=counts.get("thiếu", 0),
        extra=counts.get("thừa", 0) + counts.get("lặp", 0),
        differing=counts.get("khác", 0),
        examples=tuple(f"{source}.{table}: {wrong} {key}" for wrong, key in examples),
    )
