"""A home with a published warehouse in small."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.settings import Settings
from tests.reports.sample_mart import PUBLICATION, sample_reader

Publish = Callable[..., None]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home in which nothing is published yet."""
    return Settings(home=tmp_path / "home")


@pytest.fixture
def publish(settings: Settings) -> Publish:
    """Publish the sample, changed by statements, under the next number."""
    published = PUBLICATION - 1

    def publish(*statements: str) -> None:
        nonlocal published
        published += 1
        settings.warehouse.mkdir(parents=True, exist_ok=True)
        path = settings.warehouse / f"kho-{published:06d}.duckdb"
        connection = sample_reader(path=str(path)).connection
        tables = connection.sql(
            "select distinct table_name from information_schema.columns"
            " where column_name = 'publication_id'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"update mart.{table} set publication_id = {published}")
        connection.execute(f"create table mart.publication as select {published} publication_id")
        for statement in statements:
            connection.execute(statement)
        connection.close()
        settings.published_db.unlink(missing_ok=True)
        settings.published_db.symlink_to(path.name)

    return publish
