"""Vintages of a counted measure from a million versions of records, on DuckDB."""

import time
from collections.abc import Iterator

import duckdb

from bench.measure import Measure
from tests.support.macros import render

KEYS = ["area_key", "period_start"]
# 400,000 dossiers of 34 areas and two years, each known in 2 or 3 versions over some 30 days; the
# version is a step of one dossier, so a tenth of them also move to another area
HISTORY = """
    create table history as
    select
        r.record_id,
        v.version_no,
        timestamptz '2024-01-01 00:00:00+07' + to_minutes(cast(
            hash(r.record_id) % 1051200 + v.version_no * (hash(r.record_id, 7) % 14400) as integer
        )) as known_at,
        'P' || ((hash(r.record_id, 3) + case when hash(r.record_id, v.version_no) % 10 = 0
            then v.version_no else 0 end) % 34) as area_key,
        date '2024-01-01' + cast(hash(r.record_id) % 1051200 // 1440 as integer) as period_start,
        cast(hash(r.record_id, v.version_no, 5) % 100000 as decimal(28, 6)) / 100 as value,
        v.version_no = 3 and hash(r.record_id, 11) % 50 = 0 as is_deleted
    from range(400000) as r (record_id)
    cross join range(1, 4) as v (version_no)
    where v.version_no < 3 or r.record_id % 2 = 0
"""
NEWEST = """
    select area_key, period_start, sum(value), count(*)
    from (
        select *, row_number() over (partition by record_id order by known_at desc, version_no desc)
            as recency
        from history
    )
    where recency = 1 and not is_deleted
    group by all
"""


def measures() -> Iterator[Measure]:
    """Give all vintages of all keys; one aggregation of the newest versions is the baseline."""
    deltas = render(
        "deltas.sql",
        "signed_deltas",
        "duckdb",
        "history",
        KEYS,
        "record_id",
        "version_no",
        "known_at",
        "value",
        "is_deleted",
    )
    vintages = render("deltas.sql", "delta_vintages", "duckdb", f"({deltas})", KEYS)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'; set enable_progress_bar = false")
        connection.execute(HISTORY)
        (versions,) = connection.execute("select count(*) from history").fetchone() or (0,)
        baseline = _seconds(connection, f"create table newest as {NEWEST}")
        seconds = _seconds(connection, f"create table vintages as {vintages}")
        (found,) = connection.execute("select count(*) from vintages").fetchone() or (0,)
    size = f"{versions:,} phiên bản thành {found:,} lần biết".replace(",", ".")
    yield Measure("các lần biết của số đo đếm được", size, seconds, 5, baseline)


def _seconds(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    start = time.perf_counter()
    connection.execute(query)
    return time.perf_counter() - start
