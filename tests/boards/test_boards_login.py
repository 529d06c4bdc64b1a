"""The login with which the boards read PostgreSQL: it reads mart and core and becomes nobody."""

from collections.abc import Iterator

import psycopg2
import pytest
from pydantic import SecretStr

from pipelines.chain import warehouse_uri
from pipelines.errors import UserError
from pipelines.publishing import let_boards_read
from pipelines.publishing.postgres_schema import publish
from pipelines.settings import Settings
from tests.support.postgres import ADMIN, PostgresServer

LOGIN = "kho_boards_thu"


def _run(dsn: str, *statements: str) -> None:
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(scope="module")
def published(postgres: PostgresServer) -> Iterator[Settings]:
    """A published mart beside facts and history, and a plain login."""
    owner = postgres.create_database("boards_login")
    administrator = postgres.dsn("boards_login", ADMIN)
    _run(administrator, f"create role {LOGIN} login password 'x'")
    _run(administrator, f"grant connect on database boards_login to {LOGIN}")
    for schema in ("mart__build", "core", "hist"):
        _run(owner, f"create schema {schema}", f"create table {schema}.t as select 1 as n")
    _run(owner, "create table mart__build.publication as select 1 as publication_id")
    publish(owner, LOGIN)
    login = owner.replace(owner.split("@")[0], f"postgresql://{LOGIN}:x")
    yield Settings(target="postgres", pg_dsn=SecretStr(owner), pg_boards_dsn=SecretStr(login))
    _run(administrator, f"drop owned by {LOGIN}", f"drop role {LOGIN}")


@pytest.mark.parametrize("schema", ["mart", "core"])
def test_it_reads_what_boards_read(published: Settings, schema: str):
    _run(warehouse_uri(published), f"select * from {schema}.t")


@pytest.mark.parametrize(
    "sql",
    [
        "select * from hist.t",
        "set role kho",
        "set role kho_reader",
        "set session authorization kho",
        "reset role; select * from hist.t",
        "delete from mart.t",
        "create table core.x (n int)",
        "create temp table x (n int)",
        "select pg_read_file('/etc/passwd')",
        "copy mart.t to program 'cat'",
    ],
)
def test_it_can_do_nothing_else(published: Settings, sql: str):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        _run(warehouse_uri(published), sql)


def test_named_after_the_publication_it_reads_that_one(published: Settings):
    _run(published.postgres_dsn(), f"revoke usage on schema mart from {LOGIN}")
    let_boards_read(published)
    _run(warehouse_uri(published), "select * from mart.t")


@pytest.mark.parametrize("login", ["kho", "khong_co"])
def test_a_login_that_could_do_more_is_refused(
    published: Settings, postgres: PostgresServer, login: str
):
    mighty = published.model_copy(
        update={"pg_boards_dsn": SecretStr(f"postgresql://{login}:x@h/boards_login")}
    )
    with pytest.raises(UserError, match="KHO_PG_BOARDS_DSN"):
        let_boards_read(mighty)


def test_without_it_the_boards_put_on_the_reading_role(published: Settings):
    owner = published.model_copy(update={"pg_boards_dsn": None})
    assert "role%3Dkho_reader" in warehouse_uri(owner)
