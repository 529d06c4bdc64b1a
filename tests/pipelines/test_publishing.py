"""Readers see each publication, whole, and none in between."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import psycopg2
from pydantic import SecretStr

from pipelines.publishing import duckdb_file, postgres_schema
from pipelines.reader import published_state, read_consistently
from pipelines.settings import Settings
from tests.support.postgres import PostgresServer

TABLES = ("publication", "one", "two")


def _build_duckdb(build: Path, number: int) -> None:
    with closing(duckdb.connect(str(build))) as connection:
        connection.execute("create schema if not exists mart")
        for table in TABLES:
            connection.execute(
                f"create or replace table mart.{table} as select {number}::bigint as "
                f"publication_id, 'x' as input_fingerprint from range(3)"
            )


def _build_postgres(dsn: str, number: int) -> None:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("create schema if not exists mart__build")
        for table in TABLES:
            cursor.execute(
                f"create table mart__build.{table} as select {number}::bigint as "
                f"publication_id, 'x'::text as input_fingerprint from generate_series(1, 3)"
            )
        connection.commit()


def _numbers(reader) -> set[int]:
    """Read the number of every table, one statement a table and one over all of them."""
    parts = " union all ".join(f"select publication_id from mart.{table}" for table in TABLES)
    found = {row[0] for row in reader.query(parts).rows}
    for table in TABLES:
        rows = reader.query(f"select publication_id from mart.{table}").rows
        assert len(rows) == 3
        found |= {row[0] for row in rows}
    return found


class Readers:
    """Threads that read as fast as they can and note every publication they saw."""

    def __init__(self, count: int, settings: Settings, pause: float = 0.0) -> None:
        self.seen: list[list[int]] = [[] for _ in range(count)]
        self.failures: list[BaseException] = []
        self._stop = threading.Event()
        self._settings = settings
        self._pause = pause
        self._threads = [threading.Thread(target=self._read, args=(seen,)) for seen in self.seen]

    def _read(self, seen: list[int]) -> None:
        while not self._stop.is_set():
            try:
                found = read_consistently(self._settings, _numbers)
            except Exception as error:
                self.failures.append(error)
                return
            assert found
            if len(found) != 1:
                self.failures.append(AssertionError(f"mixed: {found}"))
                return
            seen.append(found.pop())
            time.sleep(self._pause)

    def all_saw(self, number: int) -> bool:
        return all(seen and seen[-1] >= number for seen in self.seen)

    def during(self, publications: range, publish: Callable[[int], None]) -> None:
        for thread in self._threads:
            thread.start()
        try:
            for number in publications:
                publish(number)
                deadline = time.monotonic() + 30
                while not (self.all_saw(number) or self.failures):
                    assert time.monotonic() < deadline, f"some reader never saw {number}"
                    time.sleep(0.01)
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()


def test_eight_reader_threads_see_each_of_ten_publications(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.warehouse.mkdir(parents=True)

    def publish(number: int) -> None:
        _build_duckdb(settings.build_db, number)
        duckdb_file.publish(settings.build_db, settings.published_db, number)

    publish(1)
    readers = Readers(8, settings)
    readers.during(range(2, 12), publish)
    assert readers.failures == []
    for seen in readers.seen:
        assert seen == sorted(seen)
        assert set(range(2, 12)) <= set(seen) | {1}
    kept = sorted(path.name for path in settings.warehouse.glob("kho-*"))
    assert kept == ["kho-000009.duckdb", "kho-000010.duckdb", "kho-000011.duckdb"]


def test_a_half_copied_file_is_never_seen(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.warehouse.mkdir(parents=True)
    _build_duckdb(settings.build_db, 1)
    duckdb_file.publish(settings.build_db, settings.published_db, 1)
    (settings.warehouse / "kho-000002.draft").write_bytes(b"half")
    assert published_state(settings) == (1, "x")
    _build_duckdb(settings.build_db, 2)
    duckdb_file.publish(settings.build_db, settings.published_db, 2)
    assert published_state(settings) == (2, "x")
    assert not list(settings.warehouse.glob("*.draft"))


def test_twelve_readers_through_twenty_publications_on_postgres(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    dsn = postgres.create_database("publishing")
    settings = Settings(home=tmp_path, target="postgres", pg_dsn=SecretStr(dsn))

    def publish(number: int) -> None:
        _build_postgres(dsn, number)
        postgres_schema.publish(dsn)

    publish(1)
    readers = Readers(12, settings, pause=0.02)
    readers.during(range(2, 22), publish)
    assert readers.failures == []
    for seen in readers.seen:
        assert seen == sorted(seen)


def test_a_reader_that_stays_open_does_not_stop_a_publication(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    dsn = postgres.create_database("open_reader")
    _build_postgres(dsn, 1)
    postgres_schema.publish(dsn)
    with closing(psycopg2.connect(dsn)) as lazy, lazy.cursor() as cursor:
        cursor.execute("select * from mart.one")
        _build_postgres(dsn, 2)
        postgres_schema.publish(dsn)
        settings = Settings(home=tmp_path, target="postgres", pg_dsn=SecretStr(dsn))
        assert published_state(settings)[0] == 2
    _build_postgres(dsn, 3)
    postgres_schema.publish(dsn)
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_namespace where nspname like 'mart%'")
        assert cursor.fetchone() == (1,)
