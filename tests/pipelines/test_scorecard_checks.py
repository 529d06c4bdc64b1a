"""The four scores as Dagster shows them, and the promises of the sources."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
from dagster import AssetKey, DagsterInstance, FreshnessPolicy, ResourceDefinition

from connectors import registry
from connectors.landing import LandingReport
from connectors.spec import Cadence
from pipelines.assets.landing import freshness
from pipelines.chain import Chain
from pipelines.definitions import CHAIN_JOB, build_defs, defs
from pipelines.scorecard import Score
from pipelines.settings import Settings
from tests.pipelines.test_chain import _Steps

COLUMNS = (
    "source text, agency_code text, agency_name text, period date, period_label text, "
    "is_newest boolean, "
    "dung_pct decimal(9,4), dung_bad integer, dung_total integer, du_pct decimal(9,4), "
    "du_received integer, du_expected integer, sach_pct decimal(9,4), sach_bad integer, "
    "sach_total integer, song_pct decimal(9,4), song_lag_days integer, "
    "song_promise_days integer, formula text"
)


def with_scores(home: Path, *rows: tuple[object, ...]) -> Chain:
    folder = home / "warehouse"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "kho-1.duckdb")) as connection:
        connection.execute("create schema mart")
        connection.execute("create table mart.publication as select 1 as publication_id")
        connection.execute(f"create table mart.quality_scorecard ({COLUMNS})")
        for row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(f"insert into mart.quality_scorecard values ({marks})", row)
    (folder / "kho.duckdb").symlink_to("kho-1.duckdb")
    return Chain(Settings(home=home, target="duckdb"))


def row(
    agency: str, month: int, dung: float | None, song: float | None, is_newest: bool = False
) -> tuple[object, ...]:
    return (
        *("thong_ke", agency, agency.upper(), date(2024, month, 1), f"{month:02d}/2024"),
        *(is_newest, dung, 3, 100, 80.5, 161, 200, 99.0, 1, 100, song, 12, 9, "Đúng 97 %"),
    )


def test_the_worst_agency_of_the_newest_due_month_counts(tmp_path: Path) -> None:
    chain = with_scores(
        tmp_path,
        row("a", 11, 97.0, 90.0, is_newest=True),
        row("b", 11, 94.9, 100.0, is_newest=True),
        row("a", 10, 10.0, 10.0),
        # not yet due, but a file of it was held back
        row("a", 12, 0.0, None),
    )
    found = chain.scores(["thong_ke", "y_te"])
    dung, song = found["thong_ke"]["dung"], found["thong_ke"]["song"]
    assert (dung.pct, dung.passed, dung.facts["agency_name"]) == (94.9, False, "B")
    assert (dung.facts["dung_bad"], dung.facts["dung_total"]) == (3, 100)
    assert (song.pct, song.facts["song_lag_days"], song.facts["period_label"]) == (
        90,
        12,
        "11/2024",
    )
    assert found["y_te"]["dung"] == Score(None, {})
    assert found["y_te"]["dung"].passed


class _Landing(_Steps):
    """Steps with a source that delivers as told."""

    def __init__(self, settings: Settings, deliveries: int) -> None:
        super().__init__(settings, sound=True)
        self.chosen = ["thong_ke"]
        self.deliveries = deliveries

    def land(self, source: str) -> LandingReport:
        return LandingReport(deliveries=self.deliveries)


def test_a_low_score_warns_and_stops_nothing(tmp_path: Path) -> None:
    steps = _Landing(Settings(home=tmp_path), 0)
    steps.given["sach"] = Score(94.99, {"sach_bad": 501, "sach_total": 10_000})
    job = build_defs(ResourceDefinition.hardcoded_resource(steps)).resolve_job_def(CHAIN_JOB)
    with DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance)
    found = {
        check.check_name: check
        for check in result.get_asset_check_evaluations()
        if check.asset_key == AssetKey("scorecard")
    }
    names, sources = ("dung", "du", "sach", "song"), registry()
    assert set(found) == {f"{name}_{source}" for name in names for source in sources}
    low_ones = {name for name, check in found.items() if not check.passed}
    assert low_ones == {f"sach_{source}" for source in sources}
    low = found["sach_thong_ke"]
    assert low.severity.value == "WARN"
    metadata = {name: value.value for name, value in low.metadata.items()}
    assert metadata == {"percent": 94.99, "sach_bad": 501, "sach_total": 10_000, "bar": 95.0}
    assert "report" in steps.done


def test_only_a_delivery_makes_a_source_fresh(tmp_path: Path) -> None:
    delivered = AssetKey(["delivered", "thong_ke"])
    policy = defs.resolve_asset_graph().get(delivered).freshness_policy_or_from_metadata
    # thong_ke promises a workbook a month with nine days' grace
    assert policy == freshness(Cadence(every="month", due_day=29, grace_days=9))
    with DagsterInstance.ephemeral() as instance:
        for deliveries in (0, 1):
            steps = _Landing(Settings(home=tmp_path), deliveries)
            job = build_defs(ResourceDefinition.hardcoded_resource(steps)).resolve_job_def(
                CHAIN_JOB
            )
            job.execute_in_process(instance=instance)
            marked = instance.get_latest_materialization_event(delivered) is not None
            assert marked is (deliveries > 0)


def test_a_promise_without_grace_only_fails() -> None:
    assert freshness(Cadence(every="day", grace_days=0)) == FreshnessPolicy.time_window(
        fail_window=timedelta(days=1)
    )
    assert freshness(Cadence(every="month", grace_days=9)) == FreshnessPolicy.time_window(
        fail_window=timedelta(days=40), warn_window=timedelta(days=31)
    )
