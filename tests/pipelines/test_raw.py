"""The copy of accepted rows into PostgreSQL."""

from contextlib import closing
from pathlib import Path

import psycopg2
import pyarrow as pa

from connectors.connector import Connector, Delivery, PullContext
from connectors.landing import completed_loads, land
from connectors.spec import TableSpec
from expectations.quality import ensure_quality_files
from pipelines.raw import copy_accepted
from pipelines.verdicts import Decision
from tests.connectors.test_landing import START, spec
from tests.support.postgres import PostgresServer


def landed(home: Path, name: str, columns: dict[str, str], table: pa.Table) -> Connector:
    """Land one delivery of a source that declares these columns."""
    declared = TableSpec(description="x", key=["a"], columns=columns)  # type: ignore[arg-type]
    source = spec().model_copy(update={"tables": {"cell": declared}})
    delivery = Delivery(name, START, {"cell": [table]}, name)
    connector = Connector(source, lambda context: iter([delivery]))
    land(connector, PullContext(now=START), home / "lake", home / "dlt", lambda simulated: None)
    return connector


def accepted(lake: Path, *deliveries: str) -> list[Decision]:
    loads = completed_loads(lake, "thu")
    ensure_quality_files(lake, ["thu"])
    for load in loads:
        empty = lake / "_quality" / "rejected" / "thu.empty.parquet"
        (lake / "_quality" / "rejected" / f"thu.{load}.parquet").write_bytes(empty.read_bytes())
    pairs = zip(loads, deliveries, strict=True)
    return [Decision("thu", load, delivery, "accepted", "") for load, delivery in pairs]


def test_a_column_declared_later_joins_the_rows_already_there(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    dsn = postgres.create_database("raw_columns")
    lake = tmp_path / "lake"
    old = {"a": "bigint", "t": "text"}
    connector = landed(tmp_path, "d1", old, pa.table({"a": [1], "t": ["x"]}))
    assert copy_accepted(dsn, lake, [connector], accepted(lake, "d1")) == 1
    new = pa.table({"a": [2], "t": ["y"], "moi": [2.5]})
    connector = landed(tmp_path, "d2", {**old, "moi": "double"}, new)
    assert copy_accepted(dsn, lake, [connector], accepted(lake, "d1", "d2")) == 1
    assert copy_accepted(dsn, lake, [connector], accepted(lake, "d1", "d2")) == 0
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("select a, t, moi from raw_thu.cell order by a")
        assert cursor.fetchall() == [(1, "x", None), (2, "y", 2.5)]
