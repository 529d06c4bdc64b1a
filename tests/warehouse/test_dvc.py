"""Public services from the portal to the board: what the warehouse counts is what was sent."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

import pytest

from pipelines.chain import Chain
from pipelines.reader import Reader, open_reader
from pipelines.settings import Settings
from simulators.province.box import ProvinceBox
from tests.connectors.test_dvc import KEY

NOW = datetime(2021, 10, 8, 9, tzinfo=timezone(timedelta(hours=7)))
DAYS = (date(2021, 1, 1), date(2021, 9, 30))
# 283,175 dossiers in nine months × 0.01, rounded half up
RECEIVED = 2832
PROVINCE = "area_key = 'P40-20040708' and agency_code = '_all'"


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProvinceBox]:
    folder = tmp_path_factory.mktemp("truth")
    with ProvinceBox("nghe_an", 0.01, *DAYS, folder, now=NOW, sources=["dvc"]) as made:
        yield made


@pytest.fixture(scope="module")
def reader(box: ProvinceBox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The warehouse after one run over the portal and no other source."""
    settings = Settings(home=tmp_path_factory.mktemp("kho"), target="duckdb", now=NOW)
    with pytest.MonkeyPatch.context() as environment:
        for name, value in (box.environment | {"KHO_PSEUDONYM_KEY": KEY}).items():
            environment.setenv(name, value)
        chain = Chain(settings, ["dvc"])
        with chain.exclusive():
            chain.land("dvc")
            chain.judge()
            assert chain.build(), chain.outcome.failures
            chain.publish()
    assert not chain.outcome.is_incomplete, chain.outcome.kept_back
    with open_reader(settings) as opened:
        yield opened


def _one(reader: Reader, sql: str) -> object:
    ((value,),) = (tuple(row.values()) for row in reader.rows(sql))
    return value


def test_the_nine_months_are_counted_to_the_dossier(reader: Reader) -> None:
    assert _one(reader, "select count(*) from core.fct_dossier where received_on is not null") == (
        RECEIVED
    )
    sums = (
        f"select sum(value) from mart.indicator_value where {PROVINCE} and basis = 'as_published'"
    )
    for period in ("day", "month", "nine_months"):
        received = f" and indicator_code = 'hs_tiep_nhan' and period_type = '{period}'"
        assert _one(reader, sums + received) == RECEIVED, period


def test_versions_and_steps_are_those_of_the_ledger(reader: Reader, box: ProvinceBox) -> None:
    for relation, table in (("fct_dossier", "ho_so"), ("fct_dossier_step", "tien_do")):
        state = box.truth.state("dvc", table, NOW)
        told = zip(state["_key"].to_pylist(), state["_version"].to_pylist(), strict=True)
        rows = reader.rows(f"select record_key, version_no from core.{relation}")
        assert {(row["record_key"], row["version_no"]) for row in rows} == set(told)


def test_progress_is_the_one_that_the_portal_publishes(reader: Reader) -> None:
    on_time = f"""
        select m.period_start, v.value, m.value as received from ind.ind_measure_value as v
        inner join ind.ind_measure_value as m
        using (area_key, agency_code, period_type, period_start)
        where {PROVINCE} and period_type = 'month'
        and v.measure_code = 'hs_giai_quyet_dung_han' and m.measure_code = 'hs_tiep_nhan'
        and m.value is not null"""
    published = """
        select month, reached, of_total from stg.stg_dvc__thong_ke_766
        where level = 'PARENT' and service = 'dvc-progress-tree'"""
    counted = sorted(tuple(row.values()) for row in reader.rows(on_time))
    assert len(counted) == 9
    assert counted == sorted(tuple(row.values()) for row in reader.rows(published))


def test_the_source_is_on_the_second_step_and_keeps_its_promise(reader: Reader) -> None:
    (status,) = reader.rows("select * from mart.source_status where source = 'dvc'")
    assert (status["step"], status["mode"], status["is_promise_kept"]) == (2, "automatic", True)
    assert _one(reader, "select min(du_pct) from dq.dq_score where source_code = 'dvc'") == 100
