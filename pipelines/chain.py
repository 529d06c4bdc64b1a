"""The chain of one run: land, judge, build, publish, boards, alerts, report.

Each step is a plain call that can be repeated: it looks at what is there and does only what
is missing, so a killed run is finished by the next one. Dagster's assets call these steps.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from itertools import takewhile
from os import environ
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import quote, urlencode

from connectors import Connector, registry
from connectors.connector import PullContext
from connectors.errors import SourceError
from connectors.lake_files import compact
from connectors.landing import (
    REGISTER,
    LandingReport,
    completed_loads,
    land,
    write_empty_tables,
)
from pipelines.errors import FAILED, WRONG_CALL, UserError
from pipelines.files import write_atomically
from pipelines.lake_kind import claim_kind
from pipelines.reader import READER_ROLE, Reader, published_state, read_consistently
from pipelines.refusals import Landing, ensure_refused_files, note_landing
from pipelines.scorecard import Score, scores
from pipelines.set_aside import set_aside
from pipelines.settings import DBT_PROJECT, RULES, Settings
from pipelines.verdicts import Decision, decisions
from pipelines.working_days import is_working_day

Stage = Callable[[str, str], None]
P = ParamSpec("P")
T = TypeVar("T")


def _remembered(step: Callable[Concatenate["Chain", P], T]) -> Callable[Concatenate["Chain", P], T]:
    """Keep the first failure as it was raised: Dagster hands on only its text."""

    @wraps(step)
    def remembering(self: "Chain", *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return step(self, *args, **kwargs)
        except Exception as error:
            self.failure = self.failure or error
            raise

    return remembering


@dataclass
class Outcome:
    """What a run did, for the summary and the exit status."""

    landed: dict[str, LandingReport] = field(default_factory=dict)
    sick: dict[str, str] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    judged: int = 0
    models: int = 0
    tests: int = 0
    failures: tuple[str, ...] = ()
    publication_id: int = 0
    is_new: bool = False
    boards: str = ""
    alerts: str = ""
    report: list[Path] = field(default_factory=list)
    report_note: str = ""

    @property
    def refused(self) -> list[str]:
        """Files set aside, each with its reason."""
        return [
            f"{label}: {reason}"
            for report in self.landed.values()
            for label, reason in report.refused
        ]

    @property
    def is_incomplete(self) -> bool:
        """Whether something was published without a source, a file, a delivery or a row."""
        return bool(self.kept_back)

    @property
    def kept_back(self) -> list[str]:
        """What is not in the warehouse, one Vietnamese line each with its reason."""
        return [*self.sick.values(), *self.refused, *self.held, *self.set_aside]


class Chain:
    """The steps of one run over one warehouse.

    Args:
        settings: which warehouse.
        sources: names of the sources to land; all of them when empty.
        paths: files or folders for a file source; its inbox when empty.
        published: publication date for files whose name has none.
        full: build everything again.
        stage: listener of progress, called with (step, detail).

    Raises:
        UserError: a source does not exist.
    """

    def __init__(
        self,
        settings: Settings,
        sources: Sequence[str] = (),
        paths: Sequence[Path] = (),
        published: date | None = None,
        full: bool = False,
        stage: Stage = lambda step, detail: None,
    ) -> None:
        self.settings = settings
        self.connectors = registry()
        self.stage = stage
        self.outcome = Outcome()
        self.failure: Exception | None = None
        self._paths = tuple(paths)
        self._published = published
        self._full = full
        self._are_named = bool(sources)
        self.chosen = [self._known(name) for name in sources] or list(self.connectors)

    def _known(self, name: str) -> str:
        if name not in self.connectors:
            names = ", ".join(self.connectors)
            raise UserError(f"Không có nguồn '{name}'. Các nguồn: {names}", WRONG_CALL)
        return name

    @_remembered
    def land(self, source: str) -> LandingReport:
        """Land what is new at one source; a sick source is noted and does not stop the rest."""
        connector = self.connectors[source]
        context = self.context(connector)
        report = self.outcome.landed[source] = LandingReport()
        try:
            land(
                connector,
                context,
                self.settings.lake,
                self.settings.state / "dlt",
                lambda simulated: claim_kind(self.settings.lake, simulated),
                report,
            )
        except SourceError as error:
            self.outcome.sick[source] = str(error)
        sickness = self.outcome.sick.get(source, "")
        paths = [path.resolve() for path in context.paths]
        note_landing(
            self.settings.lake, Landing(source, context.now, paths, report.refused, sickness)
        )
        return report

    def context(self, connector: Connector) -> PullContext:
        """Give what a source is told when it is asked for what is new."""
        inbox = self.settings.inbox / connector.spec.name
        if connector.spec.mode == "file" and not self._paths:
            inbox.mkdir(parents=True, exist_ok=True)
        return PullContext(
            now=self.settings.clock(),
            paths=self._paths or ((inbox,) if connector.spec.mode == "file" else ()),
            is_asked=bool(self._paths) or (self._are_named and connector.spec.mode != "file"),
            published=self._published,
            held=self._held(),
            stage=self.stage,
            environment={name: value for name, value in environ.items() if name.startswith("KHO_")},
            is_working_day=is_working_day,
        )

    def _held(self) -> frozenset[str]:
        """Give the deliveries that are held back in every load that brought them."""
        accepted = {found.delivery for found in self.decisions() if found.decision == "accepted"}
        return frozenset(found.delivery for found in self.decisions()) - accepted

    @_remembered
    def judge(self) -> None:
        """Judge every completed load that has no verdict under today's rules."""
        from expectations import quality, rules, runner

        lake = self.settings.lake
        quality.ensure_quality_files(lake, self.connectors)
        ensure_refused_files(lake, self.connectors)
        for source, connector in self.connectors.items():
            write_empty_tables(connector, lake)
            rules_hash = rules.load_rules(RULES, source).hash
            pending = quality.pending_loads(lake, source, rules_hash, self.settings.clock())
            if not pending:
                continue
            self.stage("judge", source)
            keys = {name: table.key for name, table in connector.spec.tables.items()}
            runner.judge(lake, source, pending, RULES, self.settings.clock(), self.stage, keys)
            self.outcome.judged += len(pending)
        self._compact()
        self._note_held()
        self._note_log()

    def _compact(self) -> None:
        """Make few files of many, of the loads whose every delivery was accepted for good."""
        blocked = {found.load_id for found in self.decisions() if found.decision == "blocked"}
        for source, connector in self.connectors.items():
            loads = completed_loads(self.settings.lake, source)
            settled = list(takewhile(lambda load: load not in blocked, loads))
            for table in [*connector.spec.tables, REGISTER]:
                compact(self.settings.lake / source / table, settled)

    def _note_held(self) -> None:
        held = self._held()
        self.outcome.held = [
            f"{found.source}: {found.reason}"
            for found in self.decisions()
            if found.delivery in held
        ]
        from pipelines.steward.inbox import today
        from pipelines.steward.log import read_log
        from pipelines.steward.settled import Settled

        settled = Settled(read_log(self.settings.lake), today(self.settings))
        self.outcome.set_aside = [
            line
            for connector in self.connectors.values()
            for line in set_aside(self.settings.lake, connector, self.decisions(), settled)
        ]

    def _note_log(self) -> None:
        """Tell of a log of decisions that was tampered with; figures go on without its rest."""
        from pipelines.steward.copy import complaint

        problem = complaint(self.settings)
        if problem:
            self.outcome.held.append(
                f"Nhật ký quyết định: {problem}; khôi phục lake/_steward/decision.jsonl từ bản "
                "sao lưu rồi chạy `kho steward verify`"
            )

    def decisions(self) -> list[Decision]:
        """Give the verdicts on every delivery in the lake."""
        return decisions(self.settings.lake, self.connectors)

    @_remembered
    def build(self, select: Sequence[str] = ()) -> bool:
        """Build the warehouse when there is something to build.

        Returns:
            Whether the build is sound; a build that was not needed is.
        """
        from pipelines import warehouse

        found = self.decisions()
        if not any(completed_loads(self.settings.lake, name) for name in self.connectors):
            raise UserError(
                "Kho chưa có dữ liệu: đặt tệp vào "
                f"{self.settings.inbox}/<nguồn>/ hoặc chạy `kho ingest NGUỒN --path …`"
            )
        connectors = list(self.connectors.values())
        self._plan = warehouse.plan_build(self.settings, connectors, found, self._full)
        self.outcome.publication_id = self._plan.publication_id - 1
        if not self._plan.needed:
            return True
        self.stage("build", "toàn bộ" if self._plan.full else "phần mới")
        result = warehouse.build(self.settings, self._plan, connectors, found, select)
        self.outcome.models, self.outcome.tests = result.models, result.tests
        self.outcome.failures = result.failures
        return not result.failures

    @_remembered
    def publish(self) -> int:
        """Let readers see the build; nothing happens when nothing was built."""
        from pipelines.publishing import publish

        if self._plan.needed:
            self.stage("publish", "")
            publish(self.settings, self._plan.publication_id)
            self.outcome.publication_id = self._plan.publication_id
            self.outcome.is_new = True
        return self.outcome.publication_id

    @_remembered
    def scores(self, sources: Sequence[str]) -> dict[str, dict[str, Score]]:
        """Read the published scores of these sources."""
        return read_consistently(
            self.settings, lambda reader: {source: scores(reader, source) for source in sources}
        )

    @_remembered
    def sync_boards(self) -> str:
        """Bring the boards up to the repository; quick when nothing changed."""
        from pipelines.publishing import let_boards_read
        from pipelines.warehouse import manifest
        from superset_config.sync import sync_boards

        let_boards_read(self.settings)
        result = sync_boards(
            home=self.settings.home,
            manifest=manifest(self.settings),
            catalogue=DBT_PROJECT / "seeds" / "indicators.csv",
            target=self.settings.target,
            warehouse_uri=warehouse_uri(self.settings),
            stage=self.stage,
        )
        change = "vừa cập nhật" if result.changed else "không đổi"
        self.outcome.boards = f"{result.dashboards} bảng, {result.charts} biểu đồ ({change})"
        if result.edits:
            self.outcome.boards += (
                f"; đã trả lại như kho mã chỗ bị sửa tay: {'; '.join(result.edits)}"
            )
        return self.outcome.boards

    @_remembered
    def alerts(self) -> str:
        """Tell what is new about alerts; a channel that is down keeps its messages, no more."""
        from pipelines.alerting.sending import send

        self.stage("alerts", "")
        try:
            self.outcome.alerts = send(self.settings).words
        except UserError as error:
            # what is published stays published, and a person is told
            self.outcome.held.append(str(error))
        return self.outcome.alerts

    @_remembered
    def report(self, period: str | None = None, out: Path | None = None) -> list[Path]:
        """Make the report of a month.

        Args:
            period: 'YYYY-MM'; the last month with figures when not given, and then only
                when this publication has no report yet.
            out: folder; the home's `reports` when not given.

        Raises:
            UserError: there are no figures for that month.
        """
        from pipelines.reports import make_report
        from pipelines.reports.templates import load_templates

        done = self.settings.state / f"reported_{self.settings.target}"
        current = str(published_state(self.settings)[0])
        if period is None and done.exists() and done.read_text(encoding="utf-8") == current:
            self.outcome.report_note = "không đổi"
            return []
        self.stage("report", period or "")
        folder = out or self.settings.reports
        try:
            files = read_consistently(
                self.settings,
                lambda reader: make_report(
                    reader,
                    period or _last_month(reader),
                    folder,
                    self.settings.clock(),
                    templates=load_templates(self.settings.templates),
                ),
            )
        except ValueError as error:
            raise UserError(str(error)) from error
        if period is None:
            write_atomically(done, current)
        self.outcome.report = [files.docx, files.pdf, files.xlsx]
        return self.outcome.report

    @_remembered
    def remind(self) -> tuple[list[Path], int]:
        """Draft the reminder letters of today, or send them where the house has said so.

        Returns:
            The drafts, and how many letters were recorded as sent.
        """
        from pipelines.reminding import sending

        drafts = sending.write_drafts(self.settings, sending.planned(self.settings))
        if not self.settings.remind_send:
            return drafts, 0
        return drafts, len(sending.send(self.settings, "kho (tự gửi)"))

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the one lock of this home: a second writer is told to wait.

        Raises:
            UserError: another process is writing.
        """
        from filelock import FileLock, Timeout

        path = self.settings.state / "kho.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(path, timeout=0):
                yield
        except Timeout as error:
            raise UserError(
                f"Kho {self.settings.home} đang được một lệnh kho khác ghi: "
                "đợi lệnh ấy xong rồi chạy lại",
                FAILED,
            ) from error


_AS_READER = urlencode(
    {"options": f"-c role={READER_ROLE} -c default_transaction_read_only=on"}, quote_via=quote
)


def warehouse_uri(settings: Settings) -> str:
    """Give the SQLAlchemy URI with which the boards read the warehouse.

    Without a login of their own on PostgreSQL the boards come as the owner who has put on the
    reading role; they then refuse SQL of people's own, which could take it off again.
    """
    if settings.target == "postgres" and settings.pg_boards_dsn:
        return settings.pg_boards_dsn.get_secret_value()
    if settings.target == "postgres":
        dsn = settings.postgres_dsn()
        # whoever looks at boards has put on the reading role before the first statement
        return f"{dsn}{'&' if '?' in dsn else '?'}{_AS_READER}"
    return f"duckdb:///{settings.published_db}?access_mode=read_only"


def _last_month(reader: Reader) -> str:
    """Give the last month with figures of the nation, of which the report tells."""
    from pipelines.reports.content import NATION

    rows = reader.rows(
        "select max(period_start) as month from mart.indicator_yoy where calendar = 'calendar' "
        "and period_type = 'month' and value is not null and area_key = ?",
        [NATION],
    )
    if rows[0]["month"] is None:
        raise UserError("Chưa có số liệu tháng nào để lập báo cáo")
    return f"{rows[0]['month']:%Y-%m}"
