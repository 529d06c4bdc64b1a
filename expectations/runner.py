"""Judge arrived loads: rules of a source, a load of its lake, verdicts written beside it."""

import itertools
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import duckdb

from expectations.arrived import ArrivedLoad
from expectations.checks import Check, compile_checks, sql_text
from expectations.earlier import mentioned_tables, open_earlier
from expectations.examiner import Examiner
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
from expectations.rules import RuleSet, first_line, load_rules

RULES = Path(__file__).parent
VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
_MEMORY_LIMIT = "1GB"
_databases = itertools.count()

Stage = Callable[[str, str], None]
Keys = Mapping[str, Sequence[str]]
NO_KEYS: Keys = MappingProxyType({})


def silent(_name: str, _detail: str) -> None:
    """Stand in for a listener that nobody asked for."""


def judge(
    lake: Path,
    source: str,
    load_ids: Sequence[str],
    rules: Path = RULES,
    now: datetime | None = None,
    stage: Stage = silent,
    keys: Keys = NO_KEYS,
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
    with Court(lake, rule_set, now or datetime.now(UTC), stage, keys) as court:
        return [verdict for load_id in load_ids for verdict in court.judge(load_id)]


class Court:
    """One in-memory DuckDB and one Great Expectations context for a round of judging.

    Args:
        lake: the lake's folder.
        rule_set: the rules of one source.
        now: the clock.
        stage: listener of progress.
        keys: table name to the columns that tell its rows apart.
    """

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
        self.examiner = Examiner(f":memory:kho_judge_{os.getpid()}_{next(_databases)}")

    def __enter__(self) -> "Court":
        # a killed run may have left some
        shutil.rmtree(self._spill, ignore_errors=True)
        self._sql = self.examiner.cursor()
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
        self.examiner.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    def judge(self, load_id: str) -> list[Verdict]:
        """Judge one load and write what was found into the lake."""
        load, checks = self.open(load_id)
        counts = self.examiner.bad_row_counts(checks)
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

    def open(self, load_id: str, whole: bool = False) -> tuple[ArrivedLoad, list[Check]]:
        """Make what the rules read of a load.

        Args:
            load_id: the load.
            whole: with the deliveries accepted before, which are not judged again.

        Returns:
            The load and the checks on it, each known to be sound SQL.
        """
        load = ArrivedLoad(
            self._lake, self._rules, load_id, self._now, self._sql, self._keys, whole
        )
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
        return load, checks

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
            self._sql.execute(f"explain {check.bad_rows(columns=check.detail)}")
        except duckdb.Error as error:
            raise self._rules.sql_error(check.rule, error) from error
