"""`kho ingest`: land one source, judge it, and count what became of its cells."""

from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from connectors.connector import Check
from connectors.errors import SourceError
from pipelines.chain import Chain, Outcome, Stage
from pipelines.errors import UserError
from pipelines.settings import Settings

# what says, for a source of loose cells, how many of them the alias seeds know
_COVERAGE = {"thong_ke": ["+statistic_cell_status", "+fct_statistic"]}
_COUNTS = """
select coalesce(family, '(biểu lạ)') as label,
    count(*) filter (where status = 'mapped') as mapped,
    count(*) filter (where status = 'header') as header,
    count(*) filter (where status = 'ignored') as ignored,
    count(*) filter (where status = 'unmapped') as unmapped
from core.statistic_cell_status
group by family order by family nulls last
"""


def ingest(
    settings: Settings,
    source: str,
    paths: Sequence[Path],
    published: date | None,
    stage: Stage,
) -> tuple[Outcome, list[tuple[Any, ...]]]:
    """Bring one source into the lake and work its cells out, without publishing.

    Args:
        settings: which warehouse.
        source: name of the source.
        paths: files or folders; the source's inbox when empty.
        published: publication date for files whose name has none.
        stage: listener of progress.

    Returns:
        What happened, and for each family (name, mapped, header, ignored, unmapped).
    """
    chain = Chain(settings, [source], paths, published, stage=stage)
    with chain.exclusive():
        chain.land(source)
        chain.judge()
        if source not in _COVERAGE:
            return chain.outcome, []
        if not chain.build(select=_COVERAGE[source]):
            raise UserError(f"Ánh xạ không chạy được: {chain.outcome.failures[0]}")
        return chain.outcome, _counts(settings)


def check(settings: Settings, source: str) -> list[Check]:
    """Examine a source itself; nothing is written to the lake.

    Args:
        settings: which warehouse, for the clock.
        source: name of the source.

    Returns:
        What was looked at, in order.

    Raises:
        UserError: the source is not connected, or has no conformance test.
    """
    chain = Chain(settings, [source])
    connector = chain.connectors[source]
    try:
        found = list(connector.conformance(chain.context(connector)))
    except SourceError as error:
        raise UserError(str(error)) from error
    if not found:
        raise UserError(
            f"Nguồn {source} không có phép thử riêng: nạp thử bằng `kho ingest {source}`"
        )
    return found


def show_checks(checks: Sequence[Check]) -> bool:
    """Print one line a check; tell whether all of them hold."""
    from pipelines import screen

    for one in checks:
        mark, style = ("✓", "green") if one.passed else ("✗", "red")
        screen.out.print(mark, style=style, end=" ")
        detail = f": {one.detail}" if one.detail else ""
        screen.out.print(f"{one.title}{detail}", soft_wrap=True, markup=False)
    return all(one.passed for one in checks)


def show(source: str, outcome: Outcome, counts: Sequence[tuple[Any, ...]]) -> None:
    """Print what was landed, set aside and worked out."""
    from rich.table import Table

    from pipelines import screen

    report = outcome.landed[source]
    rows = screen.number(sum(report.rows.values()))
    screen.out.print(f"Nguồn {source}: {report.deliveries} tệp/lần mới, {rows} dòng mới")
    for line in outcome.kept_back:
        screen.err.print("Giữ lại:", style="yellow", end=" ")
        screen.err.print(line, soft_wrap=True, markup=False)
    if counts:
        table = Table("Nhóm")
        for heading in ("đã ánh xạ", "tiêu đề", "bỏ qua có lý do", "chưa ánh xạ"):
            table.add_column(heading, justify="right")
        for family, *numbers in counts:
            table.add_row(family, *(screen.number(value) for value in numbers))
        screen.out.print(table)
    screen.out.print("Bước tiếp theo: `kho run` để dựng kho và công bố")


def _counts(settings: Settings) -> list[tuple[Any, ...]]:
    if settings.target == "duckdb":
        import duckdb

        with closing(duckdb.connect(str(settings.build_db), read_only=True)) as connection:
            return connection.execute(_COUNTS).fetchall()
    import psycopg2

    with (
        closing(psycopg2.connect(settings.postgres_dsn())) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(_COUNTS)
        return list(cursor.fetchall())
