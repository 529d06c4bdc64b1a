"""Judge arrived loads with Great Expectations over DuckDB; the only file that imports it."""

import atexit
import itertools
import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from expectations.arrived import ArrivedLoad
from expectations.checks import Check, compile_checks, sql_text
from expectations.earlier import mentioned_tables, open_earlier
from expectations.quality import (
    QUALITY,
    SCHEMAS,
    LakeUnreadableError,
    Verdict,
    completed_loads,
    ensure_quality_files,
    quality_file,
    write_whole,
)
from expectations.rules import RuleSet, Severity, first_line, load_rules

RULES = Path(__file__).parent
VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
_MEMORY_LIMIT = "1GB"
_GX_SEVERITY = {Severity.BLOCK: "critical", Severity.WARN: "warning", Severity.NOTE: "info"}
_databases = itertools.count()

Stage = Callable[[str, str], None]
Keys = Mapping[str, Sequence[str]]
_NO_KEYS: Keys = MappingProxyType({})


def _silent(_name: str, _detail: str) -> None:
    """Stand in for a listener that nobody asked for."""


def judge(
    lake: Path,
    source: str,
    load_ids: Sequence[str],
    rules: Path = RULES,
    now: datetime | None = None,
    stage: Stage = _silent,
    keys: Keys = _NO_KEYS,
) -> list[Verdict]:
    """Judge completed loads and write results, rejected rows and verdicts into the lake.

    A delivery that was accepted stays accepted: it may be in the warehouse already. So a load
    that is judged again has only its held back deliveries judged.

    Args:
        lake: the lake's folder.
        source: name of the source.
        load_ids: loads to judge, oldest first (see `pending_loads`).
        rules: folder of the rule files.
        now: the clock, UTC; by default the machine's.
        stage: called with a stage name and a Vietnamese detail as the work goes on.
        keys: table name to the columns that tell its rows apart, for the address of a bad row.

    Returns:
        The verdicts passed in this call.

    Raises:
        RuleError: a rule cannot be used; one Vietnamese line says which and why.
        LakeUnreadableError: the files of a load cannot be read; one Vietnamese line.
        ValueError: a load is not complete.
    """
    rule_set = load_rules(rules, source)
    ensure_quality_files(lake, [source])
    unfinished = set(load_ids) - set(completed_loads(lake, source))
    if unfinished:
        raise ValueError(f"loads of {source} not complete: {', '.join(sorted(unfinished))}")
    if not load_ids:
        return []
    with _Court(lake, rule_set, now or datetime.now(UTC), stage, keys) as court:
        return [verdict for load_id in load_ids for verdict in court.judge(load_id)]


class _Court:
    """One in-memory DuckDB and one Great Expectations context for a round of judging."""

    def __init__(
        self, lake: Path, rule_set: RuleSet, now: datetime, stage: Stage, keys: Keys
    ) -> None:
        self._lake = lake.resolve()
        self._rules = rule_set
        self._now = now.astimezone(UTC)
        self._stage = stage
        self._keys = keys
        self._spill = self._lake / QUALITY / ".spill"
        stage("judge", "nạp bộ kiểm tra")
        self._examiner = _Examiner(f":memory:kho_judge_{os.getpid()}_{next(_databases)}")

    def __enter__(self) -> "_Court":
        # a killed run may have left some
        shutil.rmtree(self._spill, ignore_errors=True)
        self._sql = self._examiner.cursor()
        today = self._now.astimezone(VIET_NAM).date()
        for statement in (
            f"set memory_limit = '{_MEMORY_LIMIT}'",
            f"set temp_directory = {sql_text(self._spill)}",
            "set TimeZone = 'UTC'",
            # rules are data: they read this lake and nothing else
            f"set allowed_directories = [{sql_text(self._lake)}]",
            "set enable_external_access = false",
            f"create macro kho_now() as timestamptz '{self._now.isoformat()}'",
            f"create macro kho_today() as date '{today.isoformat()}'",
        ):
            self._sql.execute(statement)
        return self

    def __exit__(self, *_: object) -> None:
        self._sql.close()
        self._examiner.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    def judge(self, load_id: str) -> list[Verdict]:
        load = ArrivedLoad(self._lake, self._rules, load_id, self._now, self._sql, self._keys)
        try:
            load.open()
        except duckdb.Error as error:
            raise LakeUnreadableError(
                f"Không đọc được đợt {load_id} của nguồn {self._rules.source} trong hồ: "
                f"{first_line(error)}"
            ) from error
        checks = compile_checks(self._rules, load.tables)
        self._open_earlier(load)
        self._stage(
            "judge", f"{self._rules.source} {load_id}: {load.count()} lô, {len(checks)} phép kiểm"
        )
        for check in checks:
            self._bind(check)
        counts = self._examiner.bad_row_counts(checks)
        # a failing predicate takes the answers of the others with it (one transaction): ask
        # again, one by one, so that the error names the right rule
        load.decide(checks, {name for name, count in counts.items() if count != 0})
        for check in checks:
            if counts[check.name] is None:
                raise self._rules.sql_error(check.rule, "không có câu trả lời")
        for kind, batches in load.judgements():
            self._stage(f"judge_{kind}", load_id)
            path = quality_file(self._lake, kind, self._rules.source, load_id)
            write_whole(path, SCHEMAS[kind], batches)
        return load.verdicts

    def _open_earlier(self, load: ArrivedLoad) -> None:
        asked = (part for rule in self._rules.rules for part in (rule.predicate, rule.where))
        open_earlier(
            self._sql,
            self._lake / self._rules.source,
            load.load_id,
            load.tables,
            mentioned_tables(asked),
        )

    def _bind(self, check: Check) -> None:
        try:
            self._sql.execute(f"explain {check.bad_rows()}")
        except duckdb.Error as error:
            raise self._rules.sql_error(check.rule, error) from error


class _Examiner:
    """Great Expectations over one in-memory DuckDB."""

    def __init__(self, database: str) -> None:
        self._gx = _import_great_expectations()
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
        with self._engine.get_connection() as connection:
            # the library leaves its transaction open: it would go on seeing the load before
            connection.rollback()
        for relation in dict.fromkeys(check.relation for check in checks):
            suite = self._gx.ExpectationSuite(name=relation)
            for check in checks:
                if check.relation == relation:
                    suite.add_expectation(self._expectation(check))
            validation = self._batch(relation).validate(suite, result_format="BASIC")
            for answer in validation.results:
                name = answer.expectation_config.meta["check"]
                counts[name] = answer.result.get("observed_value")
        return counts

    def _expectation(self, check: Check) -> Any:
        return self._gx.expectations.UnexpectedRowsExpectation(
            unexpected_rows_query=_escaped(check.bad_rows("\0")).replace("\0", "{batch}"),
            description=check.rule.sentence,
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


def _import_great_expectations() -> Any:
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


def _escaped(sql: str) -> str:
    """Guard what Great Expectations (braces) and SQLAlchemy (colons) would take for parameters."""
    braces = sql.replace("{", "{{").replace("}", "}}")
    return re.sub(r"(?<!:):(?!:)", r"\\:", braces)
