"""The test server must be real: it starts, keeps commits through kill -9, and goes away."""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from tests.support.postgres import PostgresServer, PostgresUnavailable, running_postgres
from tests.support.users import call_as_ordinary_user, ordinary_user, run_as_ordinary_user


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    with running_postgres(tmp_path_factory.mktemp("postgres")) as running:
        yield running


def _ask(dsn: str, sql: str) -> object:
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            row = cursor.fetchone()
            return row[0] if row else None
    finally:
        connection.close()


def _run(dsn: str, sql: str) -> None:
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        connection.close()


def test_runs_as_ordinary_user_in_utf8_and_utc(server: PostgresServer) -> None:
    assert server.user.uid != 0
    assert server.data_dir.stat().st_uid == server.user.uid
    assert _ask(server.dsn(), "show server_encoding") == "UTF8"
    assert _ask(server.dsn(), "show timezone") == "UTC"
    assert _ask(server.dsn(), "select current_user || '@' || current_database()") == "kho@kho"
    assert _ask(server.dsn(), "select upper('đắk lắk')") == "ĐẮK LẮK"


def test_reader_cannot_write_and_wrong_password_is_refused(server: PostgresServer) -> None:
    _run(server.dsn(), "create table shown (n int); grant select on shown to kho_reader")
    with pytest.raises(psycopg2.Error):
        _run(server.dsn(user="kho_reader"), "insert into shown values (1)")
    wrong = server.dsn().replace(server.passwords["kho"], "sai")
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(wrong)


def test_commits_survive_kill_and_open_transactions_do_not(server: PostgresServer) -> None:
    _run(server.dsn(), "create table kept as select generate_series(1, 1000) as n")
    open_one = psycopg2.connect(server.dsn())
    open_one.cursor().execute("insert into kept values (1001)")

    server.kill9()
    assert not server.is_running()
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(server.dsn(), connect_timeout=2)

    server.restart()
    assert _ask(server.dsn(), "select count(*) from kept") == 1000
    open_one.close()


def test_further_database_is_apart(server: PostgresServer) -> None:
    other = server.create_database("second")
    _run(other, "create table only_here (n int)")
    assert _ask(server.dsn(), "select to_regclass('only_here')") is None


def test_stops_and_leaves_nothing(tmp_path: Path) -> None:
    with running_postgres(tmp_path) as running:
        port, data_dir = running.port, running.data_dir
        assert _ask(running.dsn(), "select 1") == 1
    assert not data_dir.exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_failure_to_start_is_one_vietnamese_line(server: PostgresServer, tmp_path: Path) -> None:
    broken = PostgresServer(
        tmp_path / "data", server.programs, server.user, server.port, server.passwords
    )
    with pytest.raises(PostgresUnavailable, match="không khởi động được") as failure:
        broken.start()
    assert "\n" not in str(failure.value)


def test_ordinary_user_is_bound_by_permissions() -> None:
    assert ordinary_user().uid != 0
    assert call_as_ordinary_user(os.geteuid) == ordinary_user().uid
    with pytest.raises(PermissionError):
        call_as_ordinary_user(lambda: Path("/etc/shadow").read_text())
    finished = run_as_ordinary_user(["id", "-u"])
    assert finished.stdout.strip() == str(ordinary_user().uid)


def test_data_folder_is_closed_to_others(server: PostgresServer) -> None:
    assert stat.S_IMODE(server.data_dir.stat().st_mode) == 0o700
