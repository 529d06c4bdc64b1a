"""Reading the published warehouse: read-only, and always one publication."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pipelines.errors import UserError
from pipelines.settings import Settings

T = TypeVar("T")
READER_ROLE = "kho_reader"
_ATTEMPTS = 8


@dataclass(frozen=True)
class Answer:
    """Columns and rows of a query."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


class Reader(Protocol):
    """A read-only view of the warehouse."""

    publication_id: int

    def query(self, sql: str, params: Sequence[object] = ()) -> Answer:
        """Run one query; `?` marks the parameters."""
        ...

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Run one query and give its rows as dictionaries by column name."""
        ...


class PublicationMovedError(Exception):
    """A new publication landed between two reads, so they must be repeated."""


@contextmanager
def open_reader(settings: Settings) -> Iterator[Reader]:
    """Open the published warehouse of either engine for reading.

    DuckDB: the publication is one immutable file, so everything read is of one publication.
    PostgreSQL: the publication may move between two statements; `read_consistently` repeats.

    Raises:
        UserError: nothing has been published yet.
        PublicationMovedError: the publication moved while the reader was open (PostgreSQL).
    """
    opener = _duckdb_reader if settings.target == "duckdb" else _postgres_reader
    with opener(settings) as reader:
        yield reader


def read_consistently(settings: Settings, work: Callable[[Reader], T]) -> T:
    """Do some reading so that all of it comes from one publication.

    Args:
        settings: which warehouse.
        work: the reading; it is repeated when a publication lands in between.

    Returns:
        What `work` returned.
    """
    for attempt in range(_ATTEMPTS):
        try:
            with open_reader(settings) as reader:
                return work(reader)
        except PublicationMovedError:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def published_state(settings: Settings) -> tuple[int, str]:
    """Give (publication_id, input_fingerprint) of what readers see; (0, '') before the first."""
    try:
        answer = read_consistently(
            settings,
            lambda r: r.query("select publication_id, input_fingerprint from mart.publication"),
        )
    except UserError:
        return 0, ""
    return int(answer.rows[0][0]), str(answer.rows[0][1])


def _nothing_published() -> UserError:
    return UserError("Chưa có lần công bố nào: chạy `kho run` trước")


class _Rows:
    """Turns answers into dictionaries, for both engines."""

    def query(self, sql: str, params: Sequence[object] = ()) -> Answer:
        raise NotImplementedError

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        answer = self.query(sql, params)
        return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


class _DuckReader(_Rows):
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.publication_id = int(
            connection.execute("select publication_id from mart.publication").fetchone()[0]
        )

    def query(self, sql: str, params: Sequence[object] = ()) -> Answer:
        cursor = self._connection.execute(sql, list(params))
        return Answer([column[0] for column in cursor.description or []], cursor.fetchall())


@contextmanager
def _duckdb_reader(settings: Settings) -> Iterator[Reader]:
    import duckdb

    if not settings.published_db.exists():
        raise _nothing_published()
    # resolved once: the file never changes, only the link moves
    path = settings.published_db.resolve()
    config = {"enable_external_access": "false"}
    with closing(duckdb.connect(str(path), read_only=True, config=config)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield _DuckReader(connection)


class _PostgresReader(_Rows):
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.publication_id = self.current()

    def current(self) -> int:
        found = self.query("select publication_id from mart.publication").rows
        return int(found[0][0])

    def query(self, sql: str, params: Sequence[object] = ()) -> Answer:
        with self._connection.cursor() as cursor:
            # without parameters a percent sign is text, with them it must be doubled
            if params:
                sql = sql.replace("%", "%%").replace("?", "%s")
            cursor.execute(sql, params or None)
            columns = [column[0] for column in cursor.description or []]
            return Answer(columns, cursor.fetchall() if columns else [])


@contextmanager
def _postgres_reader(settings: Settings) -> Iterator[Reader]:
    import psycopg2

    with closing(psycopg2.connect(settings.postgres_dsn())) as connection:
        connection.set_session(readonly=True, autocommit=True)
        with connection.cursor() as cursor:
            cursor.execute("set time zone 'UTC'")
            cursor.execute("select to_regclass('mart.publication') is not null")
            if not cursor.fetchone()[0]:
                raise _nothing_published()
            cursor.execute(f"set role {READER_ROLE}")
        try:
            reader = _PostgresReader(connection)
            yield reader
            if reader.current() != reader.publication_id:
                raise PublicationMovedError
        except psycopg2.errors.UndefinedTable as error:
            if _moved(connection, reader):
                raise PublicationMovedError from error
            raise


def _moved(connection: Any, reader: _PostgresReader) -> bool:
    return not connection.closed and reader.current() != reader.publication_id
