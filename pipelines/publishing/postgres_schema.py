"""Publishing on PostgreSQL: rename two schemas in one transaction, drop the old one later."""

import time
from contextlib import closing
from typing import Any

from pipelines.errors import UserError
from pipelines.reader import READER_ROLE

_LOCK_TIMEOUT = "3s"
_ATTEMPTS = 10
_READABLE = ("core", "hist")


def publish(dsn: str, boards_login: str = "") -> None:
    """Swap `mart__build` in as `mart` and drop the schema it replaces.

    Args:
        dsn: connection string of the owner.
        boards_login: role with which the boards log in, when they have one of their own.
    """
    import psycopg2

    with closing(psycopg2.connect(dsn)) as connection:
        connection.autocommit = True
        grant(connection)
        if boards_login:
            grant_boards(connection, boards_login, "mart__build")
        _retried(connection, swap)
        drop_old(connection)


def grant(connection: Any) -> None:
    """Let the read-only role read the new mart and the facts, before anybody can see them."""
    with connection.cursor() as cursor:
        _ensure_reader_role(cursor)
        for schema in ("mart__build", *_READABLE):
            cursor.execute(f"create schema if not exists {schema}")
            cursor.execute(f"grant usage on schema {schema} to {READER_ROLE}")
            cursor.execute(f"grant select on all tables in schema {schema} to {READER_ROLE}")


def grant_boards(connection: Any, login: str, mart: str = "mart") -> None:
    """Let the boards' login read a mart and the facts, and nothing besides.

    Raises:
        UserError: there is no such role, or it could become another one.
    """
    from psycopg2.sql import SQL, Identifier

    with connection.cursor() as cursor:
        _refuse_mighty_login(cursor, login)
        for schema in (mart, "core"):
            names = {"schema": Identifier(schema), "login": Identifier(login)}
            cursor.execute(SQL("grant usage on schema {schema} to {login}").format(**names))
            tables = SQL("grant select on all tables in schema {schema} to {login}")
            cursor.execute(tables.format(**names))


def let_boards_read(dsn: str, login: str) -> None:
    """Grant what is published now to the boards' login.

    Args:
        dsn: connection string of the owner.
        login: role with which the boards log in.
    """
    import psycopg2

    with closing(psycopg2.connect(dsn)) as connection:
        connection.autocommit = True
        grant_boards(connection, login)


def _refuse_mighty_login(cursor: Any, login: str) -> None:
    """A user of SQL Lab may say `set role`: there must be no other role to put on."""
    cursor.execute(
        "select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or exists ("
        "select 1 from pg_auth_members where member = pg_roles.oid) from pg_roles "
        "where rolname = %s",
        (login,),
    )
    found = cursor.fetchone()
    if found is None or found[0]:
        fault = "thuộc vai trò khác hoặc có quyền quản trị" if found else "chưa có"
        raise UserError(
            f"Tài khoản PostgreSQL {login} trong KHO_PG_BOARDS_DSN {fault}: nhờ quản trị tạo "
            "một tài khoản trơn (`create role kho_boards login password '…'`), rồi sửa "
            "KHO_PG_BOARDS_DSN"
        )


def _ensure_reader_role(cursor: Any) -> None:
    """Have the read-only role, with the owner its member so that `kho sql` can put it on."""
    import psycopg2

    try:
        cursor.execute("select 1 from pg_roles where rolname = %s", (READER_ROLE,))
        if cursor.fetchone() is None:
            cursor.execute(f"create role {READER_ROLE} nologin")
        cursor.execute("select pg_has_role(%s, 'MEMBER'), current_user", (READER_ROLE,))
        is_member, owner = cursor.fetchone()
        if not is_member:
            cursor.execute(f'grant {READER_ROLE} to "{owner}"')
    except psycopg2.errors.InsufficientPrivilege as error:
        raise UserError(
            f"Tài khoản PostgreSQL không được tạo vai trò chỉ đọc {READER_ROLE}: nhờ quản trị "
            f"chạy `create role {READER_ROLE} nologin; grant {READER_ROLE} to <tài khoản>;`"
        ) from error


def swap(connection: Any) -> None:
    """Rename both schemas in one transaction; a lock not had soon is asked for again."""
    with connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute(f"set local lock_timeout = '{_LOCK_TIMEOUT}'")
        cursor.execute("select to_regnamespace('mart') is not null")
        if cursor.fetchone()[0]:
            cursor.execute("select publication_id from mart.publication")
            cursor.execute(f"alter schema mart rename to mart__old_{cursor.fetchone()[0]}")
        cursor.execute("alter schema mart__build rename to mart")
        cursor.execute("commit")


def drop_old(connection: Any) -> None:
    """Drop replaced schemas; one that readers still hold is left for the next publication."""
    with connection.cursor() as cursor:
        cursor.execute("select nspname from pg_namespace where nspname like 'mart\\_\\_old\\_%'")
        for (name,) in cursor.fetchall():
            try:
                _retried(connection, lambda c, name=name: _drop(c, name), attempts=3)
            except _LockNotHadError:
                continue


def _drop(connection: Any, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute(f"set local lock_timeout = '{_LOCK_TIMEOUT}'")
        cursor.execute(f'drop schema "{name}" cascade')
        cursor.execute("commit")


class _LockNotHadError(Exception):
    """A lock was not had after several attempts."""


def _retried(connection: Any, step: Any, attempts: int = _ATTEMPTS) -> None:
    import psycopg2

    for attempt in range(attempts):
        try:
            return step(connection)
        except (psycopg2.errors.LockNotAvailable, psycopg2.errors.DeadlockDetected) as error:
            connection.cursor().execute("rollback")
            if attempt == attempts - 1:
                raise _LockNotHadError(str(error)) from error
            time.sleep(0.2 * (attempt + 1))
