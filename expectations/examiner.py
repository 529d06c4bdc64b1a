"""Great Expectations over DuckDB; the only file that imports it."""

import atexit
import html
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import duckdb

from expectations.checks import Check
from expectations.rules import Severity

_GX_SEVERITY = {Severity.BLOCK: "critical", Severity.WARN: "warning", Severity.NOTE: "info"}


@dataclass(frozen=True)
class Sections:
    """A rendered result: its sections, HTML, and how many of the checks found bad rows."""

    sections: list[str]
    broken: int


class Examiner:
    """Great Expectations over one in-memory DuckDB.

    Args:
        database: name of the database.
    """

    def __init__(self, database: str) -> None:
        self._gx = import_great_expectations()
        # without these defaults it would make a folder for its pages in /tmp and leave it there
        stores = self._gx.data_context.types.base.InMemoryStoreBackendDefaults()
        settings = self._gx.data_context.types.base.DataContextConfig(store_backend_defaults=stores)
        context = self._gx.get_context(mode="ephemeral", project_config=settings)
        context.variables.progress_bars = {"globally": False}
        self._source = context.data_sources.add_sql(
            "arrived",
            connection_string=f"duckdb:///{database}",
        )
        self._engine = self._source.get_execution_engine()
        self._assets: dict[str, Any] = {}

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Open a second connection to the same in-memory database."""
        with self._engine.get_connection() as connection:
            cursor: duckdb.DuckDBPyConnection = connection.connection.driver_connection.duplicate()
            return cursor

    def close(self) -> None:
        """Let the database go."""
        self._engine.close()
        self._engine.engine.dispose()
        self._source.get_engine().dispose()

    def bad_row_counts(self, checks: Sequence[Check]) -> dict[str, int | None]:
        """Count the bad rows of each check over the whole load.

        Args:
            checks: what to examine.

        Returns:
            Bad rows by name of the check; None where the question could not be answered.
        """
        counts: dict[str, int | None] = {}
        for relation in dict.fromkeys(check.relation for check in checks):
            own = [check for check in checks if check.relation == relation]
            for answer in self._validation(relation, own).results:
                name = answer.expectation_config.meta["check"]
                counts[name] = answer.result.get("observed_value")
        return counts

    def sections(self, relation: str, checks: Sequence[Check]) -> "Sections":
        """Render the library's own result page of one relation, without its page frame.

        The frame is left out because it loads styles and scripts from other machines.

        Args:
            relation: what is scanned.
            checks: the checks on it.

        Returns:
            The page's sections and how many checks found bad rows.
        """
        from great_expectations.render.renderer import ValidationResultsPageRenderer
        from great_expectations.render.view import DefaultJinjaSectionView

        validation = self._validation(relation, checks)
        validation.meta.setdefault("run_id", None)
        view = DefaultJinjaSectionView()
        # the first section tells of the library and its connection, not of the data
        _, *sections = ValidationResultsPageRenderer().render(validation).sections
        pages = [
            view.render({"section": section.to_json_dict(), "section_loop": {"index": number}})
            for number, section in enumerate(sections, 1)
        ]
        return Sections(pages, sum(not answer.success for answer in validation.results))

    def _validation(self, relation: str, checks: Sequence[Check]) -> Any:
        with self._engine.get_connection() as connection:
            # the library leaves its transaction open: it would go on seeing the load before
            connection.rollback()
        suite = self._gx.ExpectationSuite(name=relation)
        for check in checks:
            suite.add_expectation(self._expectation(check))
        return self._batch(relation).validate(suite, result_format="BASIC")

    def _expectation(self, check: Check) -> Any:
        return self._gx.expectations.UnexpectedRowsExpectation(
            unexpected_rows_query=_escaped(check.bad_rows("\0")).replace("\0", "{batch}"),
            description=_description(check),
            severity=_GX_SEVERITY[check.rule.severity],
            meta={"check": check.name},
        )

    def _batch(self, relation: str) -> Any:
        if relation not in self._assets:
            asset = self._source.add_table_asset(relation, table_name=relation)
            self._assets[relation] = asset.add_batch_definition_whole_table("load")
        return self._assets[relation].get_batch()


class _DuckDBDialect(StrEnum):
    """DuckDB as Great Expectations names its dialects; its own list does not have it."""

    DUCKDB = "duckdb"


def import_great_expectations() -> Any:
    """Import the library, silent and made to keep its DuckDB connection."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

    if _DuckDBDialect.DUCKDB not in engine._PERSISTED_CONNECTION_DIALECTS:
        # without it the connection goes back to the pool before its answer is read, and the
        # answer is gone; tests/expectations/test_dialect.py fails when this is no longer needed
        persisted = (*engine._PERSISTED_CONNECTION_DIALECTS, _DuckDBDialect.DUCKDB)
        engine._PERSISTED_CONNECTION_DIALECTS = persisted
        atexit.register(_forget_duckdb_engine)
    return great_expectations


def _forget_duckdb_engine() -> None:
    """Drop what still points into DuckDB: else it prints a page on leaks as Python ends."""
    module = sys.modules.get("duckdb_engine")
    if module:
        module.__dict__.clear()


def _description(check: Check) -> str:
    rule = check.rule
    told = f"{rule.sentence} [{rule.severity.label} · {rule.dimension.label}] {check.name}"
    # the library puts it into its pages as it stands
    return html.escape(f"{told}. Cách sửa: {rule.mend}")


def _escaped(sql: str) -> str:
    """Guard what Great Expectations (braces) and SQLAlchemy (colons) would take for parameters."""
    braces = sql.replace("{", "{{").replace("}", "}}")
    return re.sub(r"(?<!:):(?!:)", r"\\:", braces)
