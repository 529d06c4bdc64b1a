"""Nghệ An's nine months of 2021 through the chain: documents, dossiers, visits to the unit."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.compute as pc
import pytest

from connectors.landing import landed_rows
from pipelines.chain import Chain
from pipelines.explain import showing
from pipelines.explain.finding import Choice
from pipelines.explain.passport import passport
from pipelines.reader import Reader, open_reader
from pipelines.settings import REPOSITORY, Settings
from simulators.province.compare import compare, report
from simulators.province.truth import Truth
from tests.connectors.test_dvc import KEY
from tests.support.canaries import canaries_in, canaries_in_text

SOURCES = ["dvc", "ioffice", "y_te"]
DAYS = (date(2021, 1, 1), date(2021, 9, 30))
# before the offices open, so that a day without records is no failure yet
NOW = datetime(2021, 10, 1, 7, tzinfo=timezone(timedelta(hours=7)))
SEED = {
    "van_ban_den": 5_238_802,
    "van_ban_di": 791_903,
    "van_ban_qua_truc": 509_345,
    "van_ban_di_ky_so": 256_177,
    "hs_tiep_nhan": 283_175,
    "ho_so_y_te_cap_nhat": 1_260_513,
}
"""Nghệ An's nine months of 2021, seed NA; «791/903 văn bản đi» is 791,903 (domain.md §0)."""

TOTALS = ("van_ban_den", "van_ban_qua_truc", "hs_tiep_nhan", "ho_so_y_te_cap_nhat")
SHARES = {
    "van_ban_lien_thong": ("van_ban_qua_truc", Decimal("64.32")),
    "van_ban_ky_so": ("van_ban_di_ky_so", Decimal("32.35")),
}
PROVINCE = "area_key = 'P40-20040708' and agency_code = '_all'"


@dataclass(frozen=True)
class NineMonths:
    """A warehouse that holds the nine months at a scale, beside the truth it was pulled from."""

    scale: float
    truth: Truth
    chain: Chain

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.chain.settings.published_db), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def expected(self, measure: str) -> int:
        return math.floor(SEED[measure] * Decimal(str(self.scale)) + Decimal("0.5"))


@contextmanager
def served(truth: Path, scale: float) -> Iterator[dict[str, str]]:
    """Serve the records from a process of its own, as the sources are never a part of ours."""
    words = ["--scale", str(scale), "--truth", str(truth), "--now", NOW.isoformat()]
    words += ["--first-day", DAYS[0].isoformat(), "--last-day", DAYS[1].isoformat()]
    words += [word for source in SOURCES for word in ("--source", source)]
    with subprocess.Popen(
        [sys.executable, "-m", "simulators.province", "serve", "--profile", "nghe_an", *words],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


@pytest.fixture(
    scope="module",
    params=[0.01, pytest.param(1, marks=[pytest.mark.slow, pytest.mark.timeout(7200)])],
)
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NineMonths]:
    folder = tmp_path_factory.mktemp("nghe_an")
    truth = folder / "truth"
    with served(truth, request.param) as environment, pytest.MonkeyPatch.context() as patch:
        for name, value in (environment | {"KHO_PSEUDONYM_KEY": KEY}).items():
            patch.setenv(name, value)
        chain = Chain(Settings(home=folder / "home", target="duckdb", now=NOW), SOURCES)
        with chain.exclusive():
            for source in chain.chosen:
                chain.land(source)
            chain.judge()
            assert chain.build(), chain.outcome.failures
            chain.publish()
        assert not chain.outcome.is_incomplete, chain.outcome.kept_back
        yield NineMonths(request.param, Truth(truth), chain)


def test_the_figures_of_the_seed_by_the_command(made: NineMonths) -> None:
    codes = ", ".join(f"'{code}'" for code in (*TOTALS, *SHARES))
    query = f"""
        select indicator_code, value, numerator, denominator from mart.indicator_value
        where indicator_code in ({codes}) and period_type = 'nine_months' and {PROVINCE}
          and calendar = 'calendar'
          and basis = 'as_published' and is_simulated
    """
    done = subprocess.run(
        [str(REPOSITORY / "kho"), "sql", query, "--format", "json"],
        env={**os.environ, "KHO_HOME": str(made.chain.settings.home)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    told = {row["indicator_code"]: row for row in json.loads(done.stdout)}
    assert {code: Decimal(str(told[code]["value"])) for code in TOTALS} == {
        code: made.expected(code) for code in TOTALS
    }
    for code, (part, published) in SHARES.items():
        value, over, under = (
            Decimal(str(told[code][name])) for name in ("value", "numerator", "denominator")
        )
        assert (over, under) == (made.expected(part), made.expected("van_ban_di"))
        # a hundredth's own rounding moves the share by less than this
        assert abs(value - published) <= (Decimal(0) if made.scale == 1 else Decimal("0.01"))


def test_the_warehouse_is_the_ledger_of_truth(made: NineMonths) -> None:
    found = compare(made.truth, made.chain.settings.published_db, NOW)
    assert all(one.equal for one in found), report(found)
    assert {one.source for one in found} == set(SOURCES)
    assert len(found) == 9 and all(one.expected > 20 for one in found)


def test_facts_hold_what_the_indicators_count(made: NineMonths) -> None:
    (documents,) = made.rows(
        """
        select count(*) filter (where direction = 'in'),
            count(*) filter (where direction = 'out' and is_complete),
            count(*) filter (where direction = 'out' and is_complete and is_on_axis),
            count(*) filter (where direction = 'out' and is_complete and is_signed)
        from core.fct_document
        """
    )
    assert documents == tuple(made.expected(measure) for measure in [*SEED][:4])
    (dossiers,) = made.rows("select count(*) from core.fct_dossier where received_on is not null")
    assert dossiers == (made.expected("hs_tiep_nhan"),)
    for period in ("day", "month", "nine_months"):
        (received,) = made.rows(
            f"""
            select sum(value) from mart.indicator_value where {PROVINCE}
              and basis = 'as_published' and indicator_code = 'hs_tiep_nhan'
              and calendar = 'calendar'
              and period_type = '{period}'
            """
        )
        assert received == (made.expected("hs_tiep_nhan"),), period


def test_nothing_secret_is_in_lake_state_logs_quarantine_or_warehouse(made: NineMonths) -> None:
    assert canaries_in(made.truth.folder)
    assert canaries_in(made.chain.settings.home) == []
    assert canaries_in_text(str(made.chain.outcome)) == []


def test_drafts_are_there_without_a_day_and_count_for_nothing(made: NineMonths) -> None:
    drafts = made.rows(
        "select reference, issued_on, event_day from core.fct_document"
        " where direction = 'out' and not is_complete"
    )
    assert len(drafts) > 10
    assert all(day is None and event is None for _, day, event in drafts)
    noted = made.rows(
        "select count(*) from mart.quality_rule where rule_id = 'van_ban_di_incomplete'"
    )
    assert noted == [(1,)]


def test_what_a_message_does_to_an_earlier_document_is_known(made: NineMonths) -> None:
    told = made.rows(
        "select kind = 'edoc', business_code is null, earlier_document is null, count(*)"
        " from core.fct_axis_message group by all order by all"
    )
    assert [line[:3] for line in told] == [(False, False, False), (True, True, True)]


def test_agencies_add_up_to_the_province(made: NineMonths) -> None:
    (sums,) = made.rows(
        """
        select sum(value) filter (where agency_code <> '_all') > 0,
            max(value) filter (where agency_code = '_all')
                >= sum(value) filter (where agency_code <> '_all')
        from mart.indicator_value
        where indicator_code = 'van_ban_den' and period_type = 'nine_months'
          and area_key = 'P40-20040708' and basis = 'as_published'
        """
    )
    assert sums == (True, True)


def test_progress_is_the_one_that_the_portal_publishes(made: NineMonths) -> None:
    counted = made.rows(
        f"""
        select m.period_start, v.value, m.value from ind.ind_measure_value as v
        inner join ind.ind_measure_value as m
        using (area_key, agency_code, period_type, period_start)
        where {PROVINCE} and period_type = 'month'
          and v.calendar = 'calendar' and m.calendar = 'calendar'
          and v.measure_code = 'hs_giai_quyet_dung_han' and m.measure_code = 'hs_tiep_nhan'
          and m.value is not null
        order by 1
        """
    )
    published = made.rows(
        """
        select month, reached, of_total from stg.stg_dvc__thong_ke_766
        where level = 'PARENT' and service = 'dvc-progress-tree' order by 1
        """
    )
    assert len(counted) == 9 and counted == published


def test_days_in_bed_are_those_of_the_visits(made: NineMonths) -> None:
    visits = made.truth.state("y_te", "ho_so", NOW)
    inpatients = visits.filter(pc.equal(visits["MA_LOAI_KCB"], "03"))
    days = pc.sum(inpatients["SO_NGAY_DTRI"].cast("int64")).as_py()
    assert made.rows("select count(*) from core.fct_bed_day") == [(days,)]
    assert list(landed_rows(made.chain.settings.lake, "y_te", "doi_soat", ["thang"]))


def test_sources_that_delivered_well_are_verified(made: NineMonths) -> None:
    told = made.rows("select source, step, mode, is_promise_kept from mart.source_status")
    kept = {row[1:] for row in told if row[0] in SOURCES}
    assert kept == {(4, "automatic", True)}
    scores = "select min(du_pct), min(song_pct) from dq.dq_score where source_code <> 'thong_ke'"
    assert made.rows(scores) == [(100, 100)]


@pytest.fixture(scope="module")
def reader(made: NineMonths) -> Iterator[Reader]:
    with open_reader(made.chain.settings) as opened:
        yield opened


def test_a_passport_names_the_records_behind_a_figure(made: NineMonths, reader: Reader) -> None:
    said = passport(reader, "thoi_gian_xu_ly", "Nghệ An", "2021-08", Choice(), None)
    days, settled = said["records"]
    log = made.truth.query(
        # what was refused at the counter was never received, so it is not settled
        """
        select _key, _version, _known_at, _deleted, NgayKetThucXuLy from {rows}
        where NgayTiepNhan <> '' and _key in (
            select _key from {rows} where NgayKetThucXuLy like '202108%')
        """,
        "dvc",
        "ho_so",
        [],
    ).to_pylist()

    def live(until: datetime) -> set[str]:
        known = [row for row in log if row["_known_at"] <= until]
        last = {row["_key"]: row for row in sorted(known, key=lambda row: row["_version"])}
        return {
            key
            for key, row in last.items()
            if not row["_deleted"] and row["NgayKetThucXuLy"].startswith("202108")
        }

    now, before = live(NOW), live(settled["since"])
    assert {row["record_key"] for row in reader.rows(settled["query"])} == now
    assert settled["first_keys"] == sorted(now)[:5]
    assert settled["records"] == settled["total"] == said["value"]["denominator"] == len(now)
    assert (days["total"], days["records"]) == (said["value"]["numerator"], len(now))
    assert settled["changes"]["added"] == len(now - before)
    assert settled["changes"]["removed"] == len(before - now)
    once = {
        row["_key"]
        for row in log
        if row["NgayKetThucXuLy"].startswith("202108") and not row["_deleted"]
        and row["_known_at"] <= NOW
    }  # fmt: skip
    out = settled["left_out"]
    assert out["deleted"] + out["moved"] == len(once - now) > 0 == out["without_area"]
    assert settled["rule"] != days["rule"] == said["indicator"]["definition"]
    loads = settled["loads"]
    assert sum(load["versions"] for load in loads) >= len(now) and loads[0]["load_id"]


def test_records_as_of_a_day_are_those_known_then(made: NineMonths, reader: Reader) -> None:
    said = passport(reader, "hs_tiep_nhan", "Nghệ An", "2021-08", Choice(), date(2021, 8, 15))
    midnight = datetime(2021, 8, 16, tzinfo=NOW.tzinfo)
    state = made.truth.state("dvc", "ho_so", midnight - timedelta(milliseconds=1))
    told = [at for at in state["NgayTiepNhan"].to_pylist() if at.startswith("202108")]
    (records,) = said["records"]
    assert records["records"] == len(told) == said["value"]["value"] > 20
    assert len(reader.rows(records["query"])) == len(told)


def test_what_is_printed_can_be_asked_again(
    reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    said = passport(reader, "thoi_gian_xu_ly", "Nghệ An", "2021-08", Choice(), None)
    showing.show(said)
    printed = capsys.readouterr().out
    lines = [line for line in printed.splitlines() if line.startswith("./kho sql ")]
    assert [line.split('"')[1] for line in lines] == [part["query"] for part in said["records"]]
    assert "Không còn tính" in printed and "Chưa có lần giao nào" not in printed
