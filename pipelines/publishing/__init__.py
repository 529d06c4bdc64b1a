"""Publishing: readers switch to a new `mart` at once and never see half a build."""

from pipelines.publishing import duckdb_file, postgres_schema
from pipelines.settings import Settings


def publish(settings: Settings, publication_id: int) -> None:
    """Make the finished build what readers see.

    Args:
        settings: which warehouse.
        publication_id: number of this publication, one more than the last.
    """
    if settings.target == "duckdb":
        duckdb_file.publish(settings.build_db, settings.published_db, publication_id)
    else:
        postgres_schema.publish(settings.postgres_dsn(), settings.boards_login)


def let_boards_read(settings: Settings) -> None:
    """Let a login for the boards, named after the last publication, read that one as well.

    Args:
        settings: which warehouse; nothing happens where the boards have no login of their own.
    """
    if settings.target == "postgres" and settings.boards_login:
        postgres_schema.let_boards_read(settings.postgres_dsn(), settings.boards_login)
