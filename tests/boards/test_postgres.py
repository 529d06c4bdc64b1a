"""The same boards over PostgreSQL."""

from collections.abc import Iterator

import psycopg2
import pytest

from pipelines.chain import warehouse_uri
from pipelines.publishing import postgres_schema
from pipelines.settings import Settings
from superset_config.bundle import chart_uuid
from superset_config.source import read_source
from tests.boards.conftest import Boards, Superset
from tests.boards.test_publications import TABLES, through_publications
from tests.boards.test_superset import choices, comparable, is_empty, question

pytestmark = pytest.mark.slow
SOURCE = read_source()


@pytest.fixture(scope="module")
def on_postgres(boards: Boards, superset: Superset, built_postgres: Settings) -> Iterator[Settings]:
    """The boards turned to PostgreSQL, and back to DuckDB afterwards."""
    result = boards.push(target="postgres", warehouse_uri=warehouse_uri(built_postgres))
    assert result.changed and result.charts == boards.first.charts
    yield built_postgres
    assert boards.push().changed


def test_every_chart_answers_the_figures_of_postgres(superset: Superset, on_postgres: Settings):
    ids = superset.chart_ids()
    with psycopg2.connect(on_postgres.postgres_dsn()) as connection:
        cursor = connection.cursor()

        def read(sql: str) -> list[tuple]:
            cursor.execute(sql)
            return cursor.fetchall()

        for board in SOURCE.dashboards.values():
            for chart in board.charts.values():
                chosen = choices(board, chart, read)[0]
                names, sql = question(chart, chosen)
                saved = superset.query_context(ids[chart_uuid(board, chart)])
                answer = superset.ask(saved, chosen)
                want = comparable(read(sql))
                got = comparable([tuple(row[name] for name in names) for row in answer])
                assert got == want, chart.file
                assert want or is_empty(chart, read), chart.file


@pytest.mark.parametrize("sql", ["delete from mart.main_board", "create table mart.x (a int)"])
def test_a_query_cannot_write(superset: Superset, on_postgres: Settings, sql: str):
    number = superset.answer("/api/v1/database/")["result"][0]["id"]
    body = {"database_id": number, "sql": sql, "schema": "mart", "runAsync": False}
    response = superset.client.post("/api/v1/sqllab/execute/", json=body, headers=superset.csrf())
    assert response.status_code >= 400, response.text


def test_readers_go_through_publications_in_order(superset: Superset, on_postgres: Settings):
    _go_through(superset, on_postgres, 1, 4)


@pytest.mark.slow
def test_ten_publications_while_twenty_people_read(superset: Superset, on_postgres: Settings):
    _go_through(superset, on_postgres, 10, 20)


def _go_through(superset: Superset, settings: Settings, count: int, people: int) -> None:
    """Publish while people read, and leave the publication there was."""
    dsn = settings.postgres_dsn()
    first = _published(dsn)
    following = iter(range(first + 1, first + 1 + count))
    try:
        through_publications(superset, lambda: _publish(dsn, next(following)), count, people)
    finally:
        _publish(dsn, first)


def _published(dsn: str) -> int:
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("select publication_id from mart.publication")
        return cursor.fetchone()[0]


def _publish(dsn: str, number: int) -> int:
    """Publish the mart once more under another number, as the pipeline does."""
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("create schema mart__build")
        cursor.execute("select table_name from information_schema.tables where table_schema='mart'")
        for (table,) in cursor.fetchall():
            copy = f"mart__build.{table}"
            cursor.execute(f"create table {copy} (like mart.{table} including all)")
            cursor.execute(f"insert into {copy} select * from mart.{table}")
        for table in TABLES:
            cursor.execute(f"update mart__build.{table} set publication_id = %s", (number,))
    postgres_schema.publish(dsn)
    return number
