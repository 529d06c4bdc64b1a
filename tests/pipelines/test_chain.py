"""The chain as Dagster runs it: its assets and schedules, what stops it and what does not."""

import shutil
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from dagster import AssetKey, DagsterInstance, ResourceDefinition

from connectors import registry
from connectors.lake_files import compact
from connectors.landing import completed_loads
from pipelines.chain import Chain
from pipelines.definitions import CHAIN_JOB, build_defs, defs
from pipelines.errors import UserError
from pipelines.reader import open_reader, published_state
from pipelines.scorecard import DIMENSIONS, Score
from pipelines.settings import Settings
from simulators.workbooks.publish import write_workbooks
from tests.support.mart import differing, mart_rows


def test_assets_and_schedules_are_these() -> None:
    keys = {key.to_user_string() for key in defs.resolve_asset_graph().get_all_asset_keys()}
    assert keys == {
        *(f"delivered/{source}" for source in registry()),
        *(f"lake/{source}" for source in registry()),
        "verdicts",
        "warehouse",
        "publication",
        "scorecard",
        "boards",
        "alerts",
        "report",
        "reminders",
    }
    schedules = {
        (s.name, s.cron_schedule, s.execution_timezone)
        for s in defs.resolve_all_job_defs() and defs.schedules
    }
    assert schedules == {
        ("hang_ngay", "30 5 * * *", "Asia/Ho_Chi_Minh"),
        ("bao_cao_thang", "*/10 * * * *", "Asia/Ho_Chi_Minh"),
        ("don_doc_hang_ngay", "0 8 * * *", "Asia/Ho_Chi_Minh"),
        ("gui_tin_tung_phut", "* * * * *", None),
    }
    assert [sensor.name for sensor in defs.sensors or ()] == ["canh_gui_tin"]
    checks = defs.resolve_asset_graph().get_check_keys_for_assets({AssetKey("warehouse")})
    assert {key.name for key in checks} == {"mart_la_dung"}


class _Steps:
    """A chain whose build is as the test wants it, to see what Dagster lets happen next."""

    def __init__(self, settings: Settings, sound: bool) -> None:
        self.inner = Chain(settings)
        self.outcome = self.inner.outcome
        self.chosen: list[str] = []
        self.sound = sound
        self.done: list[str] = []
        self.given = {name: Score(100.0, {}) for name in DIMENSIONS}

    def judge(self) -> None:
        self.done.append("judge")

    def build(self) -> bool:
        self.done.append("build")
        return self.sound

    def publish(self) -> int:
        self.done.append("publish")
        return 1

    def scores(self, sources: list[str]) -> dict[str, dict[str, Score]]:
        self.done.append("scores")
        return {source: dict(self.given) for source in sources}

    def sync_boards(self) -> str:
        self.done.append("boards")
        return ""

    def alerts(self) -> str:
        self.done.append("alerts")
        return ""

    def report(self) -> list[Path]:
        self.done.append("report")
        return []


@pytest.mark.parametrize("sound", [True, False])
def test_a_failed_blocking_check_stops_the_publication(tmp_path: Path, sound: bool) -> None:
    steps = _Steps(Settings(home=tmp_path), sound)
    job = build_defs(ResourceDefinition.hardcoded_resource(steps)).resolve_job_def(CHAIN_JOB)
    with DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False)
    assert result.success is sound
    after = ["publish", "scores", "boards", "alerts", "report"] if sound else []
    assert sorted(steps.done) == sorted(["judge", "build", *after])


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("wb") / "out"
    return write_workbooks(folder, months=5, last_month=date(2024, 12, 1))


def run(settings: Settings, *paths: Path, full: bool = False) -> Chain:
    chain = Chain(settings, paths=paths, full=full)
    chain.land("thong_ke")
    chain.judge()
    assert chain.build(), chain.outcome.failures
    chain.publish()
    return chain


def corrected(workbook: Path, folder: Path, factor: float) -> Path:
    """Save a copy of a workbook in which the month's retail total is another one."""
    book = openpyxl.load_workbook(workbook)
    (sheet,) = [s for s in book.worksheets if "tongmuc" in s.title.lower().replace(" ", "")]
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == "TỔNG SỐ":
                target = sheet.cell(cell.row, cell.column + 3)
                target.value = round(float(target.value) * factor, 6)
    path = folder / workbook.name
    book.save(path)
    return path


def test_the_life_of_a_lake(workbooks: list[Path], tmp_path: Path) -> None:
    # a day of its own: a new day is a reason to build again
    settings = Settings(home=tmp_path / "kho", now=datetime(2025, 1, 20, tzinfo=UTC))
    first = run(settings, *workbooks[:-1])
    assert (first.outcome.publication_id, first.outcome.is_new) == (1, True)

    # the same files again: no new load, no build, the same publication
    loads = completed_loads(settings.lake, "thong_ke")
    again = run(settings, *workbooks[:-1])
    assert completed_loads(settings.lake, "thong_ke") == loads
    assert (again.outcome.publication_id, again.outcome.is_new) == (1, False)
    assert again.outcome.models == 0

    # a new month and a corrected file of the same month: a new vintage, the first one kept
    run(settings, workbooks[-1])
    before = vintages(settings)
    fixed = corrected(workbooks[-1], tmp_path, factor=1.01)
    run(settings, fixed)
    after = vintages(settings)
    assert len(after) == len(before) + 1
    assert after[:-1] == [(value, seq) for value, seq in before]
    assert float(after[-1][0]) == pytest.approx(float(before[-1][0]) * 1.01)

    # built again from the lake alone, with its files made one, nothing is different
    rows = mart_rows(settings)
    loads = completed_loads(settings.lake, "thong_ke")
    for table in ("cell", "file"):
        assert compact(settings.lake / "thong_ke" / table, loads[:-1], limit=1)
    full = run(settings, full=True)
    assert full.outcome.publication_id == 4
    assert not differing(mart_rows(settings), rows)


def vintages(settings: Settings) -> list[tuple[object, int]]:
    with open_reader(settings) as reader:
        return reader.query(
            "select value, vintage_no from mart.indicator_vintage where indicator_code = "
            "'ban_le_tong_muc' and period_type = 'month' and period_start = date '2024-12-01' "
            "order by vintage_no"
        ).rows


def test_a_blocked_delivery_is_held_back_and_the_rest_publishes(
    workbooks: list[Path], tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "kho")
    # last month's figures sent once more as this month's: they would fake freshness
    copy = tmp_path / workbooks[-1].name
    shutil.copy(workbooks[-2], copy)
    with zipfile.ZipFile(copy, "a") as archive:
        archive.writestr("docProps/note.txt", "saved again")
    chain = run(settings, *workbooks[:-1], copy)
    assert len(chain.outcome.held) == 1 and copy.name in chain.outcome.held[0]
    assert chain.outcome.is_incomplete
    with open_reader(settings) as reader:
        last = reader.query("select max(published_on) from core.fct_statistic").rows[0][0]
    assert last == date(2024, 11, 29)
    assert published_state(settings)[0] == 1
    # told again by the next run, without landing it again, until somebody acts
    again = run(settings, copy)
    assert again.outcome.held == chain.outcome.held
    assert again.outcome.landed["thong_ke"].load_ids == []


def test_simulated_figures_do_not_enter_a_real_lake(workbooks: list[Path], tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "kho")
    settings.lake.mkdir(parents=True)
    (settings.lake / "_kind").write_text("real")
    with pytest.raises(UserError, match="đang giữ số liệu thật, không nhận số liệu mô phỏng"):
        Chain(settings, paths=workbooks[:1]).land("thong_ke")
    assert completed_loads(settings.lake, "thong_ke") == []
